"""1,000 checks of chapter 03 in one process leave nothing: no descriptor, port, process or file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.authoring.source import read
from netlib.deadlines import stretched

pytestmark = pytest.mark.chapter("ch03")

ROOT = Path(__file__).resolve().parents[2]
WRONG = ROOT / "tests" / "submissions" / "ch03"
LEAKS = (  # each leaves something behind in another way
    "open_socket/makes_one_before_it_looks",
    "free_port/keeps_it_open",
    "is_port_taken/leaves_it_open_where_it_is_taken",
    "unix_echo_once/leaves_the_name",
)
CHECKS = 1_000
DEADLINE_S = stretched(1_500)

# As in a kernel: each check forks this process, and everything else is its own.
SCRIPT = """
import json, os, sys
from collections import Counter
from pathlib import Path
from autograder.judging.practice import run

job = json.load(sys.stdin)
mine = [f"/proc/self/fd/{number}" for number in range(512)]

def held():
    descriptors = {path: os.readlink(path) for path in mine if os.path.lexists(path)}
    inodes = {text[8:-1] for text in descriptors.values() if text.startswith("socket:[")}
    ports = []
    for name, column in (("tcp", 9), ("udp", 9), ("unix", 6)):
        for line in Path(f"/proc/self/net/{name}").read_text().splitlines()[1:]:
            if line.split()[column] in inodes:
                ports.append((name, line))
    tasks = Path("/proc/self/task").glob("*/children")
    children = " ".join(task.read_text() for task in tasks).split()
    return [descriptors, ports, children, sorted(os.listdir(os.environ["TMPDIR"]))]

passed = Counter()
for count in range(job["checks"]):
    if count == len(job["programs"]):  # whatever is loaded late has been loaded
        before = held()
    name, id, source = job["programs"][count % len(job["programs"])]
    passed[name, run(id, [job["given"], source]).passed] += 1
json.dump([before, held(), sorted([*key, value] for key, value in passed.items())], sys.stdout)
"""


def test_1000_checks_leave_nothing_behind(tmp_path: Path) -> None:
    cells = read(ROOT / "solutions" / "ch03_ports.py").cells
    given = next(cell.source for cell in cells if cell.role == "setup")
    right = {str(cell.exercise): cell.source for cell in cells if cell.role == "solution"}
    first = right["ch03/open_socket"]  # which two others use
    programs = [(id, id, f"{first}\n\n{source}") for id, source in right.items()]
    for name in LEAKS:
        source = (WRONG / f"{name}.py").read_text(encoding="utf-8")
        programs.append((name, f"ch03/{name.partition('/')[0]}", f"{first}\n\n{source}"))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=json.dumps({"checks": CHECKS, "given": given, "programs": programs}),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)},
        timeout=DEADLINE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    before, after, passed = json.loads(done.stdout)
    assert before == after
    assert after[2:] == [[], []]
    assert {name for name, right, _ in passed if right} == set(right)
    assert {name for name, right, _ in passed if not right} == set(LEAKS)
    assert sum(count for *_, count in passed) == CHECKS
