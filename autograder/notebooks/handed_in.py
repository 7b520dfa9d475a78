"""Whose work lies in `submitted/`, and why some of it cannot be graded.

It came there by `nbgrader collect`, or was unpacked by hand: any name, any kind of file. What is
left out is said in a sentence that may be printed, and costs nobody else anything.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from autograder.notebooks.submission import content, said_by
from netlib.columns import clean

__all__ = ["handed_in", "is_student", "settle", "take_renamed", "why_not"]


def is_student(name: str) -> bool:
    """Tell whether a folder's name can be a student's id: in a gradebook, on a terminal.

    What is no UTF-8 is not printable, either.
    """
    return name.isprintable() and not name.startswith(".")


def handed_in(submitted: Path, assignment: str) -> Iterator[tuple[str, Path]]:
    """Yield the students who have handed something in, whatever it is, and where it lies."""
    try:
        names = sorted(os.listdir(submitted))
    except OSError:
        return
    for name in names:
        try:
            os.lstat(submitted / name / assignment)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            pass  # nobody may look into it: that is to be said
        yield name, submitted / name / assignment


def take_renamed(folder: Path) -> str | None:
    """Give a chapter's only notebook its name again, and return the one that it had.

    A browser calls the second download `ch04_udp (1).ipynb`.
    """
    assignment = folder.name
    if os.path.lexists(folder / f"{assignment}.ipynb"):
        return None
    found = [name for name in _notebooks(folder) if _is_of(folder / name, assignment)]
    if len(found) != 1:
        return None
    os.rename(folder / found[0], folder / f"{assignment}.ipynb")
    return clean(found[0])


def settle(student: str, folder: Path) -> str | None:
    """Return a sentence if nothing in a student's folder can be graded, else None.

    A notebook that was only renamed gets its name again.
    """
    with suppress(OSError):  # then it stays as it is, and is named
        if is_student(student) and all(stat.S_ISDIR(_mode(p)) for p in (folder.parent, folder)):
            take_renamed(folder)
    return why_not(student, folder)


def why_not(student: str, folder: Path) -> str | None:
    """Return a sentence if nothing in a student's folder can be graded, else None."""
    assignment, shown = folder.name, clean(str(folder))
    if not is_student(student):
        return (
            f"'{clean(student)}' cannot be a student's id, which is printable and does not begin "
            "with a dot: rename the folder."
        )
    for place in (folder.parent, folder):
        if not stat.S_ISDIR(_mode(place)):
            kind = "a link" if stat.S_ISLNK(_mode(place)) else "no folder"
            return f"{clean(str(place))} is {kind}: put the student's own folder there."
    if os.path.lexists(folder / f"{assignment}.ipynb"):
        return None
    missing = f"There is no {assignment}.ipynb in {shown}"
    if others := ", ".join(f"'{clean(name)}'" for name in _notebooks(folder)[:5]):
        return f"{missing}, but {others}: rename the one that is to count."
    return f"{missing}."


def _notebooks(folder: Path) -> list[str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    return [name for name in names if name.endswith(".ipynb")]


def _is_of(path: Path, assignment: str) -> bool:
    """Tell whether a file is a notebook of a chapter: it says so, or is named after it."""
    if not stat.S_ISREG(_mode(path)):
        return False
    return path.name.startswith(assignment) or said_by(content(path))[0] == assignment


def _mode(path: Path) -> int:
    try:
        return os.lstat(path).st_mode
    except OSError:
        return 0
