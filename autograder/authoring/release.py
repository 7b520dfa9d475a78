"""Release notebooks, made by nbgrader's own `generate_assignment`.

The command runs in a process of its own, in a throw-away course folder with a throw-away
gradebook, and sees nobody's configuration: a release depends on its source and on nothing else.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.deadlines import NBGRADER_S

__all__ = ["ReleaseError", "release_notebooks"]

_ASSIGNMENT = "all"


class ReleaseError(Exception):
    """nbgrader made no release; the message is nbgrader's own."""


def release_notebooks(sources: Mapping[str, str]) -> dict[str, str]:
    """Turn source notebooks into release notebooks; keys are names of files, without ending.

    All go through one run, as notebooks of one assignment: starting nbgrader takes seconds,
    and neither the assignment's name nor a notebook's enters what is made.
    """
    with TemporaryDirectory(prefix="live-sockets-") as folder:
        course = Path(folder)
        source = course / "source" / _ASSIGNMENT
        source.mkdir(parents=True)
        for name, text in sources.items():
            (source / f"{name}.ipynb").write_bytes(text.encode())
        _generate(course)
        release = course / "release" / _ASSIGNMENT
        return {name: (release / f"{name}.ipynb").read_bytes().decode("utf-8") for name in sources}


def _generate(course: Path) -> None:
    # the interpreter's folder leads PATH: nbgrader looks there for alembic
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {
        **os.environ,
        "PATH": path,
        "JUPYTER_CONFIG_DIR": str(course / "config"),
    }
    command = [
        sys.executable,
        *("-m", "nbgrader", "generate_assignment", _ASSIGNMENT),
        "--log-level=WARN",
        "--CourseDirectory.course_id=build",
        f"--CourseDirectory.root={course}",
        f"--CourseDirectory.db_url=sqlite:///{course / 'gradebook.db'}",
    ]
    try:
        run = subprocess.run(
            command,
            cwd=course,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=NBGRADER_S,
        )
    except subprocess.TimeoutExpired:
        sentence = f"nbgrader generate_assignment did not end within {NBGRADER_S} s."
        raise ReleaseError(sentence) from None
    if run.returncode != 0:
        raise ReleaseError(f"nbgrader generate_assignment failed:\n{run.stderr.strip()}")
