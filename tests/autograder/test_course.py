"""`autograder init-course` over a gradebook that has grades already."""

import inspect
import subprocess
from pathlib import Path

import pytest
from nbgrader.preprocessors import savecells

from autograder.grading import course
from autograder.grading.course import CourseError

SAID = "Cannot add or remove cells for notebook '%s' because"


def test_a_chapter_that_has_other_exercises_since_it_was_graded_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert SAID in inspect.getsource(savecells)
    said = f"Traceback\nRuntimeError: {SAID % 'ch13_framing'} there are submissions\n"
    failed = subprocess.CompletedProcess([], 1, "", said)
    monkeypatch.setattr(course.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(CourseError, match="^ch13_framing has other exercises now") as error:
        course._nbgrader(tmp_path, "generate_assignment")
    assert "nbgrader db assignment remove ch13_framing --force" in str(error.value)
    assert "\n" not in str(error.value)
