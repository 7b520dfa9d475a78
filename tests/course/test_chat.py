"""Chapter 05 keeps its word: the program that it saves chats in two terminals, and ends."""

import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.source import read
from netlib.deadlines import stretched

pytestmark = pytest.mark.chapter("ch05")

ROOT = Path(__file__).resolve().parents[2]
CELLS = {cell.id: cell for cell in read(ROOT / "solutions" / "ch05_chat.py").cells}
SAVES = ("setup", "format-line", "receiver-loop", "chat", "demo-main", "demo-save-chat")
DEADLINE_S = stretched(60)

Terminal = Any  # see conftest.py
Beside = Callable[[Iterable[str]], Path]


@pytest.fixture(scope="module")
def folder(beside: Beside) -> Path:
    """A folder in which the notebook has saved its program."""
    cells = (CELLS[id].source for id in SAVES)
    return beside(cells)


@pytest.fixture
def ports() -> tuple[int, int]:
    """Two ports that were free a moment ago."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as two,
    ):
        one.bind(("", 0))
        two.bind(("", 0))
        return one.getsockname()[1], two.getsockname()[1]


def test_two_terminals_chat_and_both_end(
    folder: Path, ports: tuple[int, int], terminal: Callable[..., Terminal]
) -> None:
    mine, theirs = map(str, ports)
    with (
        terminal(folder, "chat.py", mine, "127.0.0.1", theirs) as anna,
        terminal(folder, "chat.py", theirs, "127.0.0.1", mine) as ben,
    ):
        anna.shows("<<")
        ben.shows("<<")
        anna.type("你好 ben\n")
        assert f"|127.0.0.1:{mine}=====>" in ben.shows("你好 ben\x1b[K")
        ben.type("hi anna\n")
        anna.shows("=====>hi anna\x1b[K")
        anna.type("\x03")
        assert anna.ends() == 0
        ben.type("\x04")
        assert ben.ends() == 0
        assert "Traceback" not in anna.shown + ben.shown


def test_a_stranger_draws_nothing_and_does_not_end_it(
    folder: Path, ports: tuple[int, int], terminal: Callable[..., Terminal]
) -> None:
    port = ports[0]
    with (
        terminal(folder, "chat.py", str(port), "127.0.0.1", "9") as person,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger,
    ):
        person.shows("<<")
        stranger.sendto(b"\xff\r\x1b[2Jboo", ("127.0.0.1", port))
        assert "=====>\ufffd??[2Jboo" in person.shows("boo\x1b[K")
        stranger.sendto(b"still there?", ("127.0.0.1", port))
        person.shows("still there?")
        person.type("\x04")
        assert person.ends() == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_text_types_what_the_program_takes(language: str) -> None:
    text = CELLS["terminals"].text(language)
    for line in ("chat.py 8899 127.0.0.1 8900", "chat.py 8900 127.0.0.1 8899"):
        assert f"python3 {line}" in text
