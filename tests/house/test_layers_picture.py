"""The picture of the house in docs/house.md is what the code's imports give.

`python tests/house/test_layers_picture.py` draws it anew.
"""

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "house.md"
BEGIN, END = "```mermaid\n", "```\n"

_IMPORTS = runpy.run_path(str(Path(__file__).with_name("test_imports.py")))
LAYERS: tuple[str, ...] = _IMPORTS["LAYERS"]

Arrows = dict[str, set[str]]


def arrows() -> Arrows:
    """Return what each part imports: parts below it, and netlib."""
    found: Arrows = {part: set() for part in (*LAYERS, "netlib")}
    for module, (path, folder) in _IMPORTS["modules"]("autograder").items():
        part = module.split(".")[1] if "." in module else ""
        for _, name in _IMPORTS["imports"](path.read_text(encoding="utf-8"), folder):
            target = name.split(".")[1] if name.startswith("autograder.") else name.split(".")[0]
            if part in found and target in found and target != part:
                found[part].add(target)
    return found


def reduced(found: Arrows) -> Arrows:
    """Leave out the arrows that others imply."""

    def reach(part: str) -> set[str]:
        return found[part].union(*map(reach, found[part]))

    return {
        part: {one for one in targets if not any(one in reach(other) for other in targets)}
        for part, targets in found.items()
    }


def picture() -> str:
    """Return the picture, in Mermaid's language."""
    order = ("netlib", *LAYERS)
    lines = ["flowchart TD"]
    for part, targets in sorted(reduced(arrows()).items(), key=lambda each: -order.index(each[0])):
        lines += [f"  {part} --> {target}" for target in sorted(targets, key=order.index)]
    return "\n".join(lines) + "\n"


def test_the_picture_is_that_of_the_code() -> None:
    drawn = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert drawn == picture(), "run `python tests/house/test_layers_picture.py`"


def test_no_arrow_leads_upwards() -> None:
    order = ("netlib", *LAYERS)
    found = arrows()
    assert sum(map(len, found.values())) > len(LAYERS)
    for part, targets in found.items():
        assert all(order.index(target) < order.index(part) for target in targets), part


if __name__ == "__main__":
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}{picture()}{END}{after}", encoding="utf-8")
