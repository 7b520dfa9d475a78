"""Chapter 17 keeps its word: the room that it saves joins people in two terminals, and nc."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.source import read
from netlib.deadlines import stretched

pytestmark = pytest.mark.chapter("ch17")

ROOT = Path(__file__).resolve().parents[2]
CELLS = {cell.id: cell for cell in read(ROOT / "solutions" / "ch17_epoll.py").cells}
TALK = {cell.id: cell for cell in read(ROOT / "solutions" / "ch16_select.py").cells}
SAVES = ("setup", "drain", "loop", "setup-owed", "setup-lines", "room", "chat-room", "demo-save")
DEADLINE_S = stretched(60)

Terminal = Any  # see conftest.py
Beside = Callable[[Iterable[str]], Path]


@pytest.fixture(scope="module")
def folder(beside: Beside) -> Path:
    """A folder in which the notebooks of chapters 16 and 17 have saved their programs."""
    client = [TALK[id].source for id in ("setup", "talk", "demo-save")]
    room = [CELLS[id].source for id in SAVES]
    return beside([*client, 'save_program("talk.py", GIVEN, call)', *room])


def test_two_terminals_meet_in_the_room(
    folder: Path, port: str, terminal: Callable[..., Terminal]
) -> None:
    with terminal(folder, "room.py", port) as room:
        room.shows("serving")
        with (
            terminal(folder, "talk.py", "127.0.0.1", port) as anna,
            terminal(folder, "talk.py", "127.0.0.1", port) as ben,
        ):
            anna.type("anna\n")
            anna.shows("* with you: nobody")
            ben.type("本\n")
            ben.shows("* with you: anna")
            anna.shows("* 本 joined")
            anna.type("你好 ben\n")
            ben.shows("anna: 你好 ben")
            ben.type("\x04")  # Ctrl+D: the keyboard has ended
            anna.shows("* 本 left")
            assert ben.ends() == 0
            anna.type("\x04")
            assert anna.ends() == 0
            assert "Traceback" not in anna.shown + ben.shown
        room.type("\x03")
        assert room.ends() == 0
        assert "Traceback" not in room.shown


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_text_names_both_programs(language: str) -> None:
    assert "`talk.py`" in CELLS["terminals"].text(language)
    assert "python3 room.py" in CELLS["demo-save"].source
