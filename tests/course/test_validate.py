"""`autograder build --check` and `autograder validate` are content with the whole course."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_S = 120 * float(os.environ.get("LIVE_SOCKETS_PATIENCE", "1"))


@pytest.fixture(scope="module")
def said() -> str:
    """What `autograder validate` says, once it was content."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    run = subprocess.run(
        [sys.executable, "-m", "autograder.cli", "validate"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=DEADLINE_S,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_every_chapter_is_in_step_with_its_source(said: str) -> None:
    for source in ROOT.glob("solutions/ch*.py"):
        in_step = f"ok    {source.stem}: source, translation and notebooks are in step"
        assert in_step in said.splitlines()


def test_every_exercise_passes_solved_and_fails_unsolved(said: str) -> None:
    solved = [line.split(":")[0] for line in said.splitlines() if "the reference passes" in line]
    unsolved = [line.split(":")[0] for line in said.splitlines() if "the release fails" in line]
    assert solved
    assert solved == unsolved


def test_every_wrong_program_fails_for_its_reason(said: str) -> None:
    programs = {str(path.relative_to(ROOT)) for path in ROOT.glob("tests/submissions/*/*/*.py")}
    seen = {line.split()[1].rstrip(":") for line in said.splitlines() if ": fails with " in line}
    assert programs
    assert seen == programs
