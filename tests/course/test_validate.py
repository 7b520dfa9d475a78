"""`autograder build --check` and `autograder validate` are content with every chapter."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from netlib.deadlines import stretched

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = [path.stem for path in sorted(ROOT.glob("solutions/ch*.py"))]
DEADLINE_S = stretched(1200)


@pytest.fixture(scope="module", params=CHAPTERS)
def chapter(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def said(chapter: str) -> list[str]:
    """What `autograder validate` says of a chapter, once it was content."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    run = subprocess.run(
        [sys.executable, "-m", "autograder.cli", "validate", chapter],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=DEADLINE_S,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout.splitlines()


def test_the_chapter_is_in_step_with_its_source(said: list[str], chapter: str) -> None:
    assert f"ok    {chapter}: source, translation and notebooks are in step" in said


def test_every_exercise_passes_solved_and_fails_unsolved(said: list[str]) -> None:
    solved = {line.split(":")[0] for line in said if "the reference passes" in line}
    unsolved = {line.split(":")[0] for line in said if "the release fails" in line}
    assert solved
    assert solved == unsolved


def test_every_wrong_program_fails_for_its_reason(said: list[str], chapter: str) -> None:
    folder = ROOT / "tests" / "submissions" / chapter.partition("_")[0]
    programs = {str(path.relative_to(ROOT)) for path in folder.glob("*/*.py")}
    seen = {line.split()[1].rstrip(":") for line in said if ": fails with " in line}
    assert programs
    assert seen == programs
