"""The solved notebooks print what they printed when they were built, strictly, twice in a row."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from netlib.deadlines import stretched

ROOT = Path(__file__).resolve().parents[2]
SANITIZE = Path(__file__).with_name("sanitize.cfg")
SOLVED = [path.with_suffix(".ipynb") for path in sorted(ROOT.glob("solutions/ch*.py"))]
DEADLINE_S = stretched(600)


@pytest.mark.parametrize("run", ["first", "second"])
@pytest.mark.parametrize("notebook", SOLVED, ids=lambda path: path.stem)
def test_a_solved_notebook_prints_the_same_again(notebook: Path, run: str, tmp_path: Path) -> None:
    del run  # a second run meets whatever the first one left behind
    copy = shutil.copy(notebook, tmp_path)  # what its cells save, they save beside it
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    nbval = subprocess.run(
        [
            sys.executable,
            *(
                "-m",
                "pytest",
                "-c",
                os.devnull,
                "--rootdir",
                str(tmp_path),
                "-p",
                "no:cacheprovider",
            ),
            *("-q", "--color=no", "--nbval", "--nbval-current-env"),
            *("--nbval-sanitize-with", str(SANITIZE), str(copy)),
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path, "IPYTHONDIR": str(tmp_path / "ipython")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
    )
    assert nbval.returncode == 0, nbval.stdout + nbval.stderr
    assert "passed" in nbval.stdout.splitlines()[-1]
