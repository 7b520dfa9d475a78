"""Where stock nbgrader reads what students left: time stamps, names of folders, feedback's secrets.

A FIFO, a name with a newline or rubbish in a file would end its run for the whole class, or the
formgrader's page. nbgrader has no hook there, so these functions of it are replaced once this
package is imported.
"""

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
    coursedir, assignment = self.coursedir, self.coursedir.assignment_id
    pattern = coursedir.format_path(coursedir.submitted_directory, "*", assignment)
    self.assignments, self.notebooks, self.left_out = {}, [], 0
    for student, folder in handed_in(Path(pattern).parents[1], assignment):
        if coursedir.student_id not in ("*", student):
            continue
        if (why := settle(student, folder)) is None:
            source = self._format_source(assignment, student)
            self.assignments[source] = [f"{source}/{assignment}.ipynb"]
        else:
            self.log.error("%s was not graded: %s", clean(student), why)
            self.left_out += 1
    if not self.assignments:
        self.log.error("There is nothing in %s that can be graded.", clean(pattern))
        raise NbGraderException("Nothing was graded.")


def _convert_submitted(self: Any) -> None:
    BaseConverter.convert_notebooks(self)
    if getattr(self, "left_out", 0):
        raise NbGraderException(f"{self.left_out} submissions were not graded: see above.")


def _init_graded(self: Any) -> None:
    """Find what was graded, and leave out folders that no student has."""
    BaseConverter.init_notebooks(self)
    self.assignments = {
        folder: notebooks
        for folder, notebooks in self.assignments.items()
        if why_not(Path(folder).parent.name, Path(folder)) is None
    }
