"""Where stock nbgrader reads what students left: time stamps, names of folders, feedback's secrets.

A FIFO, a name with a newline or rubbish in a file would end its run for the whole class, or the
formgrader's page. nbgrader has no hook there, so these functions of it are replaced once this
package is imported.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGraderAPI  # type: ignore[import-untyped]  # it ships no types
from nbgrader.converters import Autograde, GenerateFeedback  # type: ignore[import-untyped]
from nbgrader.converters.base import (  # type: ignore[import-untyped]
    BaseConverter,
    NbGraderException,
)
from nbgrader.coursedir import CourseDirectory  # type: ignore[import-untyped]

from autograder.nbgrader_bridge.times import time_in
from autograder.notebooks.handed_in import handed_in, is_student, settle, why_not
from netlib.columns import clean

__all__ = ["install"]

_known_students = NbGraderAPI.get_submitted_students


def install() -> None:
    """Replace them; once is enough, and twice does no harm."""
    CourseDirectory.get_existing_timestamp = _existing_timestamp
    NbGraderAPI.get_submitted_timestamp = _submitted_timestamp
    NbGraderAPI.get_submitted_students = _submitted_students
    Autograde.init_notebooks = _init_submitted
    Autograde.convert_notebooks = _convert_submitted
    GenerateFeedback.init_notebooks = _init_graded


def _existing_timestamp(self: Any, dest_path: str) -> datetime | None:
    return time_in(Path(dest_path))


def _submitted_timestamp(self: Any, assignment_id: str, student_id: str) -> datetime | None:
    folder = self.coursedir.format_path(
        self.coursedir.submitted_directory, student_id, assignment_id
    )
    return time_in(Path(folder))


def _submitted_students(self: Any, assignment_id: str) -> set[str]:
    return set(filter(is_student, _known_students(self, assignment_id)))


def _init_submitted(self: Any) -> None:
    """Find the chapter's notebook in each student's folder, and say where there is none.

    A notebook that was only renamed gets its name again.
    """
    self.assignments, self.notebooks, self.left_out = {}, [], 0
    for student, folder in _folders(self):
        if (why := settle(student, folder)) is None:
            _take(self, student)
        else:
            self.log.error("%s was not graded: %s", clean(student), why)
            self.left_out += 1
    _refuse_nothing(self)


def _convert_submitted(self: Any) -> None:
    BaseConverter.convert_notebooks(self)
    if getattr(self, "left_out", 0):
        raise NbGraderException(f"{self.left_out} submissions were not graded: see above.")


def _init_graded(self: Any) -> None:
    """Find what was graded; nbgrader's own pattern would read a student's id as one, too."""
    self.assignments, self.notebooks = {}, []
    for student, folder in _folders(self):
        if why_not(student, folder) is None:
            _take(self, student)
    _refuse_nothing(self)


def _folders(self: Any) -> Iterator[tuple[str, Path]]:
    wanted, pattern = self.coursedir.student_id, Path(self._format_source(_chapter(self), "*"))
    for student, folder in handed_in(pattern.parents[1], _chapter(self)):
        if wanted in ("*", student):
            yield student, folder


def _take(self: Any, student: str) -> None:
    source = self._format_source(_chapter(self), student)
    self.assignments[source] = [f"{source}/{_chapter(self)}.ipynb"]


def _refuse_nothing(self: Any) -> None:
    if not self.assignments:
        where = self._format_source(_chapter(self), self.coursedir.student_id)
        self.log.error("There is nothing to be done in %s.", clean(where))
        raise NbGraderException("Nothing was done.")


def _chapter(self: Any) -> str:
    return str(self.coursedir.assignment_id)
