"""What holds for every file of the project: its length, its licence, and nothing of one machine."""

import re
import statistics
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAX_LINES = 400  # a longer module is two ideas,
REASONS: dict[str, str] = {}  # or has a reason: path -> why

MACHINE = re.compile(
    r"/(?:home|Users)/\w+/|/root/|/tmp/venv|/work/(?:main|shared)"  # somebody's folders
    r"|(?:extra-)?index-url|find-links"  # a registry is the user's choice
)


def files() -> list[Path]:
    """Return every file that is, or would be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def lengths(package: str) -> dict[str, int]:
    """Return the lines of every module."""
    found = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in ROOT.glob(f"{package}/**/*.py")
    }
    assert found
    return found


@pytest.mark.parametrize("package", ["autograder", "netlib"])
def test_a_module_is_one_idea_or_has_its_reason(package: str) -> None:
    long = {path: lines for path, lines in lengths(package).items() if lines > MAX_LINES}
    assert long.keys() <= REASONS.keys(), long


def test_most_modules_are_read_in_one_sitting() -> None:
    assert statistics.median([*lengths("autograder").values(), *lengths("netlib").values()]) <= 150


def test_no_file_holds_a_path_or_a_registry_of_one_machine() -> None:
    found = []
    for path in files():
        if path == Path(__file__).resolve():
            continue  # it names what it forbids
        text = path.read_bytes().decode("utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            if match := MACHINE.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number} holds {match[0]!r}")
    assert not found, "\n".join(found)


def test_both_licences_are_whole_and_named() -> None:
    code = (ROOT / "LICENSE").read_text(encoding="utf-8")
    prose = (ROOT / "LICENSE-text").read_text(encoding="utf-8")
    assert code.startswith("BSD 3-Clause License")
    assert "Creative Commons Attribution 4.0 International Public License" in prose
    assert "Section 8 -- Interpretation." in prose
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "BSD-3-Clause"
    assert project["license-files"] == ["LICENSE", "LICENSE-text"]
    for readme in ("README.md", "README.zh.md"):
        text = (ROOT / readme).read_text(encoding="utf-8")
        assert "(LICENSE)" in text, readme
        assert "(LICENSE-text)" in text, readme


def test_every_link_between_the_documents_leads_somewhere() -> None:
    broken = []
    for path in files():
        if path.suffix != ".md":
            continue
        prose = re.sub(r"```.*?```|`[^`]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose)
        broken += [
            f"{path.relative_to(ROOT)} links to {target}"
            for target in targets
            if "://" not in target and not (path.parent / target).exists()
        ]
    assert not broken, "\n".join(broken)
