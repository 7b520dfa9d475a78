"""`nbgrader export`: grades.csv with points of two decimals, for chapters that were handed in."""

import csv
import os
from collections.abc import Iterator
from typing import Any

from nbgrader.api import MissingEntry  # type: ignore[import-untyped]  # it ships no types
from nbgrader.plugins import ExportPlugin  # type: ignore[import-untyped]

__all__ = ["Export"]

_COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)


class Export(ExportPlugin):  # type: ignore[misc]  # its base is untyped
    """nbgrader's own table, without chapters of which nobody has handed anything in."""

    def export(self, gradebook: Any) -> None:
        """Write it, for its owner alone; who did not hand a chapter in has 0 points for it."""
        path = self.to or "grades.csv"
        self.log.info("Exporting grades to %s", path)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(_COLUMNS)
            table.writerows(self._rows(gradebook))

    def _rows(self, gradebook: Any) -> Iterator[list[object]]:
        chosen, students = set(map(str, self.assignment)), set(map(str, self.student))
        for assignment in gradebook.assignments:
            wanted = assignment.name in chosen if chosen else assignment.submissions
            for student in gradebook.students if wanted else ():
                if not students or student.id in students:
                    yield _row(gradebook, assignment, student)


def _row(gradebook: Any, assignment: Any, student: Any) -> list[object]:
    when, points, penalty = None, 0.0, 0.0
    try:
        handed_in = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        pass
    else:
        when, points = handed_in.timestamp, handed_in.score
        penalty = handed_in.late_submission_penalty
    who = student.id, student.last_name, student.first_name, student.email
    scores = points, penalty, max(0.0, points - penalty), assignment.max_score
    given = assignment.name, assignment.duedate, when, *who, *(round(each, 2) for each in scores)
    return ["" if value is None else value for value in given]
