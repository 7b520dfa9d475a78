"""Who is graded already, and that only one process grades: what makes a class resumable.

An entry is written when everything of a submission is in the gradebook and in `autograded/`,
and removed before anything of it is touched: a process that is killed at any moment leaves no
entry for what it left half done, and that is graded again from the start.
"""

import fcntl
import hashlib
import json
import os
import stat
from pathlib import Path

from autograder.judging.results import FOLDER, write_whole
from autograder.notebooks.chapter import ROOT
from autograder.notebooks.submission import content

__all__ = ["Busy", "Entry", "Journal", "Lock", "fingerprint", "tree"]

Entry = dict[str, str]
"""What a submission was when it was graded, and what that left behind."""


class Busy(Exception):
    """Another process grades in this course; the sentence says which."""


class Lock:
    """The right to write grades in a course: the kernel takes it back from whoever dies.

    A record lock, because a child that is forked does not hold one.
    """

    def __init__(self, root: Path = ROOT) -> None:
        """Take it. Raises Busy."""
        path = root / FOLDER / "lock"
        path.parent.mkdir(exist_ok=True)
        self._file = open(path, "a+", encoding="ascii")
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            owner = self._file.read(20).strip() or "?"
            self._file.close()
            raise Busy(
                f"Another `autograder grade` is at work in this course (process {owner}). "
                "Wait for it, or end it: then this command goes on where it stopped."
            ) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Give it back."""
        self._file.close()


class Journal:
    """The submissions of one assignment that are graded, by student."""

    def __init__(self, assignment: str, root: Path = ROOT) -> None:
        self._folder = root / FOLDER / "done" / assignment

    def entry(self, student: str) -> Entry | None:
        """Return what was noted of a student's submission, or None if it is not graded."""
        try:
            noted = json.loads(self._path(student).read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(noted, dict) or noted.pop("student", None) != student:
            return None
        return noted

    def begin(self, student: str) -> None:
        """Forget a submission, because it is about to be graded."""
        self._path(student).unlink(missing_ok=True)

    def finish(self, student: str, entry: Entry) -> None:
        """Note that a submission is graded."""
        write_whole(self._path(student), json.dumps({"student": student, **entry}))

    def _path(self, student: str) -> Path:
        # A hash, because a student's id may be longer than a file's name.
        return self._folder / f"{hashlib.sha256(student.encode()).hexdigest()[:32]}.json"


def fingerprint(folder: Path, notebook: str) -> str:
    """Return the hash of what a student handed in: the notebook, whatever it is, and when."""
    said = hashlib.sha256()
    for name in (notebook, "timestamp.txt"):
        try:
            mode = os.lstat(folder / name).st_mode
        except OSError:
            mode = 0
        data = content(folder / name) if stat.S_ISREG(mode) else b""
        said.update(f"{name} {mode} {len(data)}\n".encode())
        said.update(data)
    return said.hexdigest()


def tree(folder: Path) -> str:
    """Return the hash of the names and contents of all files in a folder; "" if it is missing."""
    if not folder.is_dir():
        return ""
    said = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            said.update(f"{path.relative_to(folder)}\n{len(data)}\n".encode(errors="replace"))
            said.update(data)
    return said.hexdigest()
