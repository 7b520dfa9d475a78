"""`nbgrader release_feedback`, where some submissions lack what nbgrader wrote beside them.

A student's own folder may have lost its secret, and then stock nbgrader releases nothing to those
who come after.
"""

import glob
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import (  # type: ignore[import-untyped]  # it ships no types
    ExchangeReleaseFeedback,
)

__all__ = ["ReleaseFeedback"]


class ReleaseFeedback(ExchangeReleaseFeedback):  # type: ignore[misc]  # its base is untyped
    """Releases what can be released, and names the others."""

    coursedir: Any
    src_path: str

    def copy_files(self) -> None:
        """Release the feedback of all whose secret is there: it makes the name of the page."""
        excluded = set(filter(None, self.coursedir.student_id_exclude.split(",")))
        for folder in map(Path, sorted(glob.glob(self.src_path))):
            if not _is_text(folder / "timestamp.txt"):
                (folder / "timestamp.txt").write_text("")  # nbgrader only logs it
            if not _is_text(folder / "submission_secret.txt"):
                student = folder.parent.name
                excluded.add(student)
                self.log.warning(
                    "Not released: %a has no submission_secret.txt, without which nobody could "
                    "fetch the feedback. Hand it over another way.",
                    student,
                )
        before = self.coursedir.student_id_exclude
        self.coursedir.student_id_exclude = ",".join(sorted(excluded))
        try:
            super().copy_files()
        finally:
            self.coursedir.student_id_exclude = before


def _is_text(path: Path) -> bool:
    try:
        path.read_bytes().decode()  # all of it, as nbgrader does
    except (OSError, ValueError):
        return False
    return True
