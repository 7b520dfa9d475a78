"""Chapter 13b's server and client, saved as programs: a person types commands into one of them."""

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.source import read
from netlib.deadlines import stretched

pytestmark = pytest.mark.chapter("ch13b")

ROOT = Path(__file__).resolve().parents[2]
CELLS = {cell.id: cell for cell in read(ROOT / "solutions" / "ch13b_commands.py").cells}
GIVEN = ["setup", "setup-frames", "setup-recv", "setup-parser", "demo-hang", "demo-udp"]
ANSWERS = ["run-command", "answer", "command-server"]
DEADLINE_S = stretched(60)

Terminal = Any  # see conftest.py
Beside = Callable[[Iterable[str]], Path]


@pytest.fixture(scope="module")
def folder(beside: Beside) -> Path:
    """A folder in which the notebook has saved its programs."""
    names = [*GIVEN, *ANSWERS, "demo-my-server", "demo-save-server", "demo-save-client"]
    cells = [CELLS[id].source.split("\nfor command in")[0] for id in names]
    return beside(cells)


@pytest.fixture
def port() -> str:
    """What the chapter's cell says: a port that was free a moment ago."""
    cell = f"import socket\n{CELLS['demo-port'].source}"
    done = subprocess.run([sys.executable, "-c", cell], capture_output=True, text=True, check=True)
    first, second = done.stdout.splitlines()
    port = first.rpartition(" ")[2]
    assert (first, second) == (f"python3 command_server.py {port}", f"python3 ask.py {port}")
    return port


def test_a_person_types_commands_and_no_shell_reads_them(
    folder: Path, port: str, terminal: Callable[..., Terminal]
) -> None:
    with terminal(folder, "command_server.py", port) as server:
        server.shows("allowed: echo printf cat seq")
        with terminal(folder, "ask.py", port) as person:
            for typed, shown, code in (
                ("echo hi; echo PWNED", "hi; echo PWNED", 0),
                ("rm x", "not allowed: ['rm']", 126),
                ("cat", "", 0),
                ("seq 20000", "20000", 0),
            ):
                person.shows("$ ")
                person.type(f"{typed}\n")
                assert shown in person.shows(f"exit code {code}")
            person.shows("$ ")
            person.type("\n")
            assert person.ends() == 0
        server.type("\x03")
        assert "Traceback" not in server.shows("\n")
        assert server.ends() == 0


def test_a_shell_writes_the_frames_by_hand(
    folder: Path, port: str, terminal: Callable[..., Terminal]
) -> None:
    hand = f"exec 3<>/dev/tcp/127.0.0.1/{port}; printf '\\0\\0\\0\\7echo\\0hi' >&3; head -c 16 <&3"
    with terminal(folder, "command_server.py", port) as server:
        server.shows("allowed")
        came = subprocess.run(["bash", "-c", hand], capture_output=True, timeout=DEADLINE_S).stdout
    assert came == b"\0\0\0\0010" + b"\0\0\0\3hi\n" + bytes(4)
