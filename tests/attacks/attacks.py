"""Hostile and broken submissions: each with what it tries and the most that it may earn.

Cells that attack are text files, one an attack, in a folder for each category. Their first
lines say what they try, then which exercise they attack, how many points an honest grader may
give for it at most, and whether the other exercises are right (by the reference: they must keep
their points) or unwritten. `open:` names who has yet to mend a hole. `# %% id` begins a cell of
the release, `# %% added` a new one in front of the exercises. Whole files are made in `files`.

Nothing here runs an attack.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["CATEGORIES", "Attack", "Course", "written"]

HERE = Path(__file__).resolve().parent
CATEGORIES = ("tampering", "theft", "abuse", "broken", "protocol")
Notebook = dict[str, Any]

_HEAD = re.compile(
    r"# (?P<claim>.+?)\n# attacks (?P<exercise>\S+); at most (?P<most>[\d.]+); "
    r"others (?P<others>right|unwritten)(?P<finds>; finds the pipe)?\n"
    r"(?:# open: (?P<open>[^\n]+)\n)?",
    re.DOTALL,
)


@dataclass(frozen=True)
class Course:
    """What attacks are made of: the release, and the reference solutions by cell id."""

    release: str
    reference: dict[str, str]

    def notebook(self, solved: bool = False) -> Notebook:
        """Return the release, solved or as it is."""
        notebook: Notebook = json.loads(self.release)
        for cell in notebook["cells"] if solved else ():
            cell["source"] = self.reference.get(cell["id"], cell["source"])
        return notebook

    def filled(self, cells: list[tuple[str, str]], solved: bool) -> Notebook:
        """Return the release with these cells in it."""
        notebook = self.notebook(solved)
        for id, source in cells:
            if id == "added":
                new = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
                first = next(n for n, c in enumerate(notebook["cells"]) if c["id"] == "send-text")
                notebook["cells"].insert(first, {**new, "id": "of-mine", "source": source})
            else:
                (cell,) = (cell for cell in notebook["cells"] if cell["id"] == id)
                cell["source"] = source
        return notebook


@dataclass(frozen=True)
class Attack:
    """One submission.

    Attributes:
        exercise: the id of what is attacked; "" for the whole notebook.
        most, least: points for that.
        others: whether the other exercises are solved and must keep their points.
        open: who has to mend what, while the attack succeeds.
    """

    name: str
    claim: str
    make: Callable[[Course], bytes]
    exercise: str = ""
    most: float = 0.0
    least: float = 0.0
    others: bool = False
    open: str = ""

    @property
    def category(self) -> str:
        """The folder that it is in."""
        return self.name.partition("/")[0]


def written() -> Iterator[Attack]:
    """Yield the attacks that are written as cells, in order."""
    for path in sorted(path for path in HERE.glob("*/*.txt")):
        yield _read(path)


def _read(path: Path) -> Attack:
    text = path.read_text(encoding="utf-8")
    head = _HEAD.match(text)
    assert head is not None, f"{path.name}: the first lines do not say what it attacks"
    parts = re.split(r"^# %% (\S+)\n", text[head.end() :], flags=re.MULTILINE)
    cells = list(zip(parts[1::2], parts[2::2], strict=True))
    if head["finds"]:
        prelude = (HERE / "pipe.txt").read_text(encoding="utf-8")
        cells[0] = (cells[0][0], f"{prelude}\n\n{cells[0][1]}")
    others = head["others"] == "right"
    return Attack(
        name=f"{path.parent.name}/{path.stem}",
        claim=" ".join(head["claim"].replace("\n#", "").split()),
        make=lambda course: json.dumps(course.filled(cells, others)).encode(),
        exercise=head["exercise"],
        most=float(head["most"]),
        others=others,
        open=head["open"] or "",
    )
