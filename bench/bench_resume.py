"""Killed at thirty random moments and started again, is the gradebook as if nothing had happened?

`python bench/bench_resume.py [times]` runs the test of that claim with more seeds.
"""

import os
import subprocess
import sys
from pathlib import Path

TEST = "tests/course/test_grade.py::test_killed_and_started_again_it_ends_the_same"


def main() -> int:
    times = sys.argv[1] if len(sys.argv) > 1 else "30"
    print(f"grading killed and started again, {times} seeds, two kills each", flush=True)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--no-header", TEST],
        cwd=Path(__file__).resolve().parent.parent,
        env={**os.environ, "LIVE_SOCKETS_KILLS": times},
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
