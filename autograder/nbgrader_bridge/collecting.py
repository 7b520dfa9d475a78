"""`nbgrader collect`, for folders that students write themselves.

Whoever may hand in may put anything into the inbound folder of the exchange: a name that is a
path or a page, a link to somebody else's work, a FIFO that nobody writes to. Stock nbgrader
stops the class at some of these and follows the others.
"""

import os
import re
import stat
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.exchange import ExchangeError  # type: ignore[import-untyped]  # it ships no types
from nbgrader.exchange.default import ExchangeCollect  # type: ignore[import-untyped]
from nbgrader.utils import parse_utc  # type: ignore[import-untyped]

from autograder.notebooks.submission import MAX_BYTES

__all__ = ["Collect", "is_student_id", "is_time"]

MAX_FILES = 50  # beside each other in one submission

_STUDENT = re.compile(r"(?!\.)[\w.@+-]{1,100}")

_NEVER = datetime.min  # noqa: DTZ901  # nbgrader's times have no zone

Record = dict[str, Any]


def is_student_id(name: str) -> bool:
    """Tell whether a name is safe as part of a path and of a page."""
    return _STUDENT.fullmatch(name) is not None


def is_time(data: bytes) -> bool:
    """Tell whether nbgrader can read a timestamp.txt; if not, it would fail the submission."""
    try:
        parse_utc(data.decode().strip())
    except (ValueError, OverflowError, TypeError):
        return False
    return len(data) <= 100


class Collect(ExchangeCollect):  # type: ignore[misc]  # its base is untyped
    """Collects regular files from well-named folders; says what it leaves out."""

    src_records: list[Record]

    def init_src(self) -> None:
        """Find the newest submission of each student."""
        super().init_src()
        self.src_records = [record for record in self.src_records if record["username"]]

    def _path_to_record(self, path: str) -> Record:
        try:
            record: Record = super()._path_to_record(path)
            if is_student_id(record["username"]):
                return record
        except (ExchangeError, ValueError, OverflowError, TypeError):
            pass  # no name, or no time
        name = os.path.basename(path)
        self.log.warning(
            "Not collected: %a is not named STUDENT+ASSIGNMENT+TIME with a student id of letters, "
            "digits and _ . @ + -.",
            name,
        )
        return {"username": "", "filename": name, "timestamp": _NEVER}

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy one submission."""
        with tempfile.TemporaryDirectory() as staging:
            try:
                folder = os.open(src, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            except OSError as error:
                self.log.warning("Not collected: %a is no folder (%s).", src, error.strerror)
                return
            try:
                for number, name in enumerate(sorted(os.listdir(folder), key=_nbgraders_first)):
                    if number >= MAX_FILES:
                        self.log.warning("Left out: %a of %a, which has many files.", name, src)
                    elif not _copied(folder, name, staging):
                        self.log.warning("Left out: %a of %a is no regular file.", name, src)
            finally:
                os.close(folder)
            self._mend_time(src, Path(staging, "timestamp.txt"))
            super().do_copy(staging, dest)

    def _mend_time(self, src: str, file: Path) -> None:
        """Let the folder's name say when, where the file does not: every later run reads it."""
        if not (file.is_file() and is_time(file.read_bytes())):
            when = str(self._path_to_record(src)["timestamp"])
            file.write_text(f"{when} UTC")
            self.log.warning("Timestamp of %a: %s, by its name; the file holds no time.", src, when)


def _nbgraders_first(name: str) -> tuple[bool, str]:
    """Sort what is graded before sixty pictures."""
    return not name.endswith((".ipynb", "timestamp.txt", "submission_secret.txt")), name


def _copied(folder: int, name: str, staging: str) -> bool:
    """Copy one file, if it is one. What is only named like a notebook becomes an empty one, so
    that it gets a grade and a sentence."""
    data = b""
    # O_NONBLOCK: opening a FIFO must not wait for a writer that never comes.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    regular = False
    try:
        file = os.open(name, flags, dir_fd=folder)
    except OSError:  # a link; a socket; not readable
        pass
    else:
        if regular := stat.S_ISREG(os.fstat(file).st_mode):
            with open(file, "rb", closefd=False) as content:
                data = content.read(MAX_BYTES + 1)  # the judge says that it is too large
        os.close(file)
    if regular or name.endswith(".ipynb"):
        with open(os.path.join(staging, name), "xb") as copy:
            copy.write(data)
    return regular
