"""A few mutants of every chapter, others with every commit: none survives without a reason."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.authoring.mutate import commit
from autograder.authoring.survivors import written_down
from netlib.deadlines import stretched

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = [path.stem for path in sorted(ROOT.glob("solutions/ch*.py"))]
DEADLINE_S = stretched(1200)
FEW = 25


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_few_mutants_are_refused_or_written_down(chapter: str) -> None:
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    run = subprocess.run(
        [sys.executable, "-m", "autograder.cli", "mutate", chapter, "--sample", str(FEW)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=DEADLINE_S,
    )
    assert run.returncode == 0, f"--seed {commit(ROOT)}\n{run.stdout}{run.stderr}"
    assert f"ok    {chapter.partition('_')[0]}: {FEW} of " in run.stdout


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_survivor_has_its_reason(chapter: str) -> None:
    _, entries = written_down(ROOT, chapter.partition("_")[0])
    assert entries
    assert all(len(entry.reason.split()) >= 3 for entry in entries)
