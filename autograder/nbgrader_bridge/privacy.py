"""What grading writes is its owner's alone: grades, submissions and reports of students."""

import os
import stat
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from autograder.judging.results import FOLDER

__all__ = ["keep_private"]

_OTHERS, _GROUP = 0o007, 0o070
_LOGS = (".nbgrader.log", "grades.csv")


def keep_private(coursedir: Any) -> None:
    """Make the folders of a course's students, and its gradebook, unreadable for others.

    The group keeps its rights where instructors share the course (`groupshared`).
    """
    taken = _OTHERS if coursedir.groupshared else _OTHERS | _GROUP
    root = Path(coursedir.root)
    steps = coursedir.submitted_directory, coursedir.autograded_directory
    for name in (*steps, coursedir.feedback_directory, "set_aside", FOLDER):
        place = root / name
        if not os.path.lexists(place):
            place.mkdir(mode=0o777 & ~taken, parents=True)
            if coursedir.groupshared:
                place.chmod(0o2770)  # as nbgrader makes those that are shared
        _take(place, taken)
    url = make_url(coursedir.db_url)
    if url.get_backend_name() == "sqlite" and url.database:
        _take(root / url.database, taken)
    for name in _LOGS:
        _take(root / name, taken)


def _take(place: Path, rights: int) -> None:
    """Take rights from a file or folder that is there and ours; a link is somebody's decision."""
    try:
        mode = place.lstat().st_mode
        if mode & rights and not stat.S_ISLNK(mode):
            place.chmod(stat.S_IMODE(mode) & ~rights)
    except OSError:
        pass  # not there; or another instructor's, who does the same
