"""Every limit of time has its home, and one variable stretches all of them."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

VARIABLE = "LIVE_SOCKETS_PATIENCE"
# What reads it: the guest has nothing but itself beside it.
READERS = {"netlib/deadlines.py", "autograder/guest/pipe.py"}
# Keywords that are limits, and calls whose last argument is one.
KEYWORDS = {"timeout", "within", "deadline", "seconds"}
CALLS = {"settimeout", "join", "communicate", "create_connection"}
LONG_S = 1  # what is shorter is a pause between two looks, or what a test waits out


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "submissions" not in path.parts:
                yield path


def typed_in(path: Path) -> Iterator[str]:
    """Yield the limits of a second or more that stand as numbers in a source."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        limits = [each.value for each in node.keywords if each.arg in KEYWORDS]
        limits += node.args[-1:] if name in CALLS else []
        for limit in limits:
            value = limit.value if isinstance(limit, ast.Constant) else None
            if type(value) in (int, float) and value >= LONG_S:
                yield f"{path.relative_to(ROOT)}:{node.lineno} waits {value} s"


def test_no_limit_is_typed_in_where_it_is_used() -> None:
    # A rule's `timeout` is what the learner's code is given, and a schedule's `within` a place.
    played = re.compile(r"connection\(|schedule|Schedule|random\(")
    found = [
        line
        for path in sources("autograder", "netlib", "tools", "tests")
        for line in typed_in(path)
        if not played.search(
            path.read_text(encoding="utf-8").splitlines()[int(line.split(":")[1].split()[0]) - 1]
        )
    ]
    assert not found, "\n".join(found)


def test_one_place_reads_the_variable() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in sources("autograder", "netlib", "tools", "tests")
        if re.search(rf"environ.get\([^\n]*{VARIABLE}", path.read_text(encoding="utf-8"))
    }
    assert readers == READERS


def limits(patience: str) -> dict[str, float]:
    """Return every limit of the judge and of netlib, on a machine with that patience."""
    program = (
        "import json; from autograder import deadlines as a; from netlib import deadlines as b\n"
        "print(json.dumps({n: v for m in (a, b) for n, v in vars(m).items() if n[-2:] == '_S'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | {VARIABLE: patience},
        check=True,
        capture_output=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def test_all_are_stretched_alike() -> None:
    usual, slow = limits(""), limits("3")
    assert len(usual) > 25
    assert slow == pytest.approx({name: 3 * seconds for name, seconds in usual.items()})


@pytest.mark.parametrize("patience", ["0", "-1", "soon", "inf", "nan"])
def test_what_is_no_patience_gets_a_sentence(patience: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import netlib.deadlines"],
        cwd=ROOT,
        env=os.environ | {VARIABLE: patience},
        capture_output=True,
        text=True,
        check=False,
    )
    expected = f"ValueError: expected {VARIABLE} to be a number such as 3; got '{patience}'"
    assert done.stderr.splitlines()[-1] == expected
