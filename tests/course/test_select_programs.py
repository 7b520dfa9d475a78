"""Chapter 16's server and `talk`, saved as programs: people type at terminals of their own."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.source import read
from netlib.deadlines import stretched

pytestmark = pytest.mark.chapter("ch16")

ROOT = Path(__file__).resolve().parents[2]
CELLS = {cell.id: cell for cell in read(ROOT / "solutions" / "ch16_select.py").cells}
SOLVED = ("try-accept", "out-buffer", "echo-client", "select-echo", "talk")
USED = ("setup", *SOLVED, "demo-save", "demo-saved")
DEADLINE_S = stretched(60)

Terminal = Any  # see conftest.py
Beside = Callable[[Iterable[str]], Path]


@pytest.fixture(scope="module")
def folder(beside: Beside) -> Path:
    """A folder in which the notebook has saved its programs."""
    return beside(CELLS[id].source for id in USED)


def test_the_cell_says_what_to_type(folder: Path) -> None:
    assert {each.name for each in folder.glob("*.py")} == {"echo_server.py", "talk.py"}
    cell = CELLS["demo-saved"].source
    assert re.findall(r"python3 (\w+\.py)", cell) == ["echo_server.py", "talk.py"]


def test_two_people_talk_to_the_server_and_to_nobody_else(
    folder: Path, port: str, terminal: Callable[..., Terminal]
) -> None:
    with terminal(folder, "echo_server.py", port) as server:
        server.shows("serving")
        with (
            terminal(folder, "talk.py", "127.0.0.1", port) as anna,
            terminal(folder, "talk.py", "127.0.0.1", port) as ben,
        ):
            for person, line in ((ben, "hi"), (anna, "你好 anna"), (ben, "three  blanks")):
                person.type(f"{line}\n")
                person.shows(line)  # as the terminal shows what is typed
                person.shows(line)  # and what comes back
            anna.type("\x04")  # her keyboard ends; the server gives back the end
            assert anna.ends() == 0
            ben.type("still here\n")
            ben.shows("still here")
            ben.shows("still here")
            ben.type("\x04")
            assert ben.ends() == 0
            assert "hi" not in anna.shown
        server.type("\x03")
        assert "Traceback" not in server.shows("\n")
        assert server.ends() == 0


def test_three_lines_that_are_pasted_come_back_at_once(
    folder: Path, port: str, terminal: Callable[..., Terminal]
) -> None:
    with terminal(folder, "echo_server.py", port) as server:
        server.shows("serving")
        with terminal(folder, "talk.py", "127.0.0.1", port) as person:
            person.type("one\ntwo\nthree\n")
            for _ in range(2):  # as they are typed, and as they come back
                person.shows("three")
            person.type("\x04")
            assert person.ends() == 0


def test_talk_is_a_filter_for_a_pipe(
    folder: Path, port: str, terminal: Callable[..., Terminal]
) -> None:
    said = bytes(range(256)) * 400
    with terminal(folder, "echo_server.py", port) as server:
        server.shows("serving")
        done = subprocess.run(
            [sys.executable, "talk.py", "127.0.0.1", port],
            cwd=folder,
            input=said,
            stdout=subprocess.PIPE,
            check=True,
            timeout=DEADLINE_S,
        )
    assert done.stdout == said
