"""Chapter 02 keeps its word: the program that it saves lists who answers on this machine."""

import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.source import read
from netlib.deadlines import PATIENCE, stretched

pytestmark = pytest.mark.chapter("ch02")

ROOT = Path(__file__).resolve().parents[2]
CELLS = {cell.id: cell for cell in read(ROOT / "solutions" / "ch02_addresses.py").cells}
SAVES = ("setup", "parse-ipv4", "format-ipv4", "usable-hosts", "roll-call", "demo-save")
DEADLINE_S = stretched(60)
SECONDS = str(4 * PATIENCE)  # for which it listens: who is there has to answer meanwhile

Terminal = Any  # see conftest.py
Beside = Callable[[Iterable[str]], Path]


@pytest.fixture(scope="module")
def folder(beside: Beside) -> Path:
    """A folder in which the notebook has saved its program."""
    return beside(CELLS[id].source for id in SAVES)


def test_the_program_lists_who_answers(folder: Path, terminal: Callable[..., Terminal]) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as nine:
        nine.bind(("127.0.5.9", 0))
        nine.settimeout(DEADLINE_S)
        port = str(nine.getsockname()[1])
        with terminal(folder, "roll_call.py", "127.0.5.0/28", port, SECONDS) as anna:
            _, asker = nine.recvfrom(2048)
            nine.sendto(b"here", asker)
            anna.shows("127.0.5.9")
            assert anna.ends() == 0
