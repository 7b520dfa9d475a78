"""`nbgrader collect`, for folders that students write themselves.

Whoever may hand in may put anything into the inbound folder of the exchange: a name that is a
path or a page, work in somebody else's name, a link to it, a FIFO that nobody writes to. Stock
nbgrader stops the class at some of these and follows the others.
"""

import os
import pwd
import re
import shutil
import stat
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect  # type: ignore[import-untyped]

from autograder.nbgrader_bridge.privacy import keep_private
from autograder.nbgrader_bridge.times import as_time, time_in
from autograder.notebooks.handed_in import take_renamed
from autograder.notebooks.submission import MAX_BYTES
from netlib.columns import clean

__all__ = ["Collect", "is_student_id"]

MAX_FILES = 50  # beside each other in one submission
MAX_TOTAL = 50_000_000  # bytes in all of them; nbgrader refuses the whole submission at twice that
MAX_NAME = 200  # bytes; those who store a file may lengthen its name

_STUDENT = re.compile(r"(?!\.)[\w.@+-]{1,100}")

_NEVER = datetime.min  # noqa: DTZ901  # nbgrader's times have no zone

Record = dict[str, Any]


class _Left(Exception):
    """A folder that is not collected; the text says why, behind its name."""


def is_student_id(name: str) -> bool:
    """Tell whether a name is safe as part of a path and of a page."""
    return _STUDENT.fullmatch(name) is not None


class Collect(ExchangeCollect):  # type: ignore[misc]  # its base is untyped
    """Collects regular files from well-named folders of their owners; says what it leaves out."""

    src_records: list[Record]
    coursedir: Any
    inbound_path: str

    def init_src(self) -> None:
        """Find the newest submission of each student."""
        super().init_src()
        self.src_records = [record for record in self.src_records if record["username"]]
        # nbgrader's pattern passes over hidden names without a word.
        for name in os.listdir(self.inbound_path):
            if name.startswith(".") and f"+{self.coursedir.assignment_id}+" in name:
                self._path_to_record(os.path.join(self.inbound_path, name))

    def copy_files(self) -> None:
        """Collect each submission; one that cannot be collected is named and stops nobody."""
        keep_private(self.coursedir)
        if not self.src_records:
            super().copy_files()  # which says so
        for record in self.src_records:
            try:
                self._collect(record)
            except (_Left, OSError, ValueError, RuntimeError, shutil.Error) as error:
                self.log.warning("Not collected: %s %s", _shown(record["filename"]), _why(error))

    def _path_to_record(self, path: str) -> Record:
        name = os.path.basename(path)
        try:
            return self._read_name(name)
        except (_Left, OSError) as error:
            self.log.warning("Not collected: %s %s", _shown(name), _why(error))
        return {"username": "", "filename": name, "timestamp": _NEVER}

    def _read_name(self, name: str) -> Record:
        """Read STUDENT+ASSIGNMENT+TIME or, as nbgrader writes it, with a random word behind that.

        Raises _Left, and OSError where it cannot be looked at.
        """
        student, _, rest = name.rpartition(f"+{self.coursedir.assignment_id}+")
        when, *more = rest.split("+")
        time = as_time(when)
        if not is_student_id(student) or time is None or len(more) > 1:
            raise _Left(
                "is not named STUDENT+ASSIGNMENT+TIME with a student id of letters, digits "
                "and _ . @ + -."
            )
        status = os.lstat(os.path.join(self.inbound_path, name))
        if not stat.S_ISDIR(status.st_mode):
            raise _Left("is no folder.")
        self._refuse_a_stranger(student, status.st_uid)
        return {"username": student, "filename": name, "timestamp": time}

    def _refuse_a_stranger(self, student: str, owner: int) -> None:
        """Believe that work is a student's from that account, or from who could write grades."""
        if not self.check_owner or owner in (0, os.geteuid()) or owner == _uid(student):
            return
        raise _Left(
            f"belongs to the account {_account(owner)}, not to {student}. Where students' ids are "
            "no accounts, see `check_owner` in docs/instructors.md."
        )

    def _collect(self, record: Record) -> None:
        student, assignment = record["username"], self.coursedir.assignment_id
        steps = self.coursedir
        dest = Path(steps.format_path(steps.submitted_directory, student, assignment))
        there = os.path.lexists(dest)
        if there and not self._is_wanted(record, time_in(dest)):
            self.log.info("No newer submission to collect: %s %s", student, assignment)
            return
        with tempfile.TemporaryDirectory() as scratch:
            staged = Path(scratch, assignment)
            self._stage(record, staged)
            self.log.info("Collecting submission: %s %s", student, assignment)
            new = dest.with_name(f".{assignment}.new")
            dest.parent.mkdir(parents=True, exist_ok=True)
            _remove(new)
            self.do_copy(str(staged), str(new))
            _remove(dest)  # not before there is something to take its place
            os.rename(new, dest)

    def _is_wanted(self, record: Record, existing: datetime | None) -> bool:
        """Tell whether a submission takes the place of a collected one, as nbgrader decides it."""
        newer = existing is None or record["timestamp"] > existing
        return (self.update and newer) or (self.before_duedate and existing != record["timestamp"])

    def _stage(self, record: Record, staging: Path) -> None:
        """Copy one submission into a new folder of ours. Raises _Left and OSError."""
        name, total = record["filename"], 0
        staging.mkdir()
        folder = os.open(
            os.path.join(self.inbound_path, name), os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
        )
        try:
            self._refuse_a_stranger(record["username"], os.fstat(folder).st_uid)
            for number, file in enumerate(sorted(os.listdir(folder), key=_nbgraders_first)):
                if number >= MAX_FILES or total > MAX_TOTAL:
                    self._leave_out(file, name, "beyond what one may hand in")
                elif not file.isprintable() or len(os.fsencode(file)) > MAX_NAME:
                    self._leave_out(file, name, "with such a name")
                elif (size := _copied(folder, file, str(staging))) is None:
                    self._leave_out(file, name, "that is no regular file, or unreadable")
                else:
                    total += size
        finally:
            os.close(folder)
        if (renamed := take_renamed(staging)) is not None:
            self.log.warning("%s of %s was taken as its notebook.", renamed, _shown(name))
        if time_in(staging) is None:  # every later run reads it
            when = f"{record['timestamp']} UTC"
            (staging / "timestamp.txt").write_text(when)
            self.log.warning(
                "Timestamp of %s: %s, by its name; the file holds no time.", _shown(name), when
            )

    def _leave_out(self, file: str, name: str, why: str) -> None:
        self.log.warning("Left out: %s of %s, a file %s.", _shown(file), _shown(name), why)


def _shown(name: str) -> str:
    return f"'{clean(name)}'"


def _why(error: Exception) -> str:
    if isinstance(error, _Left):
        return str(error)
    return f"cannot be copied ({clean(getattr(error, 'strerror', None) or str(error))[:300]})."


def _uid(account: str) -> int | None:
    try:
        return pwd.getpwnam(account).pw_uid
    except (KeyError, ValueError):
        return None


def _account(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _remove(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def _nbgraders_first(name: str) -> tuple[bool, str]:
    """Sort what is graded before sixty pictures."""
    return not name.endswith((".ipynb", "timestamp.txt", "submission_secret.txt")), name


def _copied(folder: int, name: str, staging: str) -> int | None:
    """Copy one file, and return its size; None if it is no file. What is only named like a
    notebook becomes an empty one, so that it gets a grade and a sentence."""
    data = None
    # O_NONBLOCK: opening a FIFO must not wait for a writer that never comes.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        file = os.open(name, flags, dir_fd=folder)
    except OSError:  # a link; a socket; not readable
        pass
    else:
        if stat.S_ISREG(os.fstat(file).st_mode):
            with open(file, "rb", closefd=False) as content:
                data = content.read(MAX_BYTES + 1)  # the judge says that it is too large
        os.close(file)
    if data is not None or name.endswith(".ipynb"):
        with open(os.path.join(staging, name), "xb") as copy:
            copy.write(data or b"")
    return None if data is None else len(data)
