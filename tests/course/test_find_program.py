"""Chapter 05b keeps its word: the program that it saves finds who else runs it on this machine."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.source import read
from netlib.deadlines import PATIENCE, stretched

pytestmark = pytest.mark.chapter("ch05b")

ROOT = Path(__file__).resolve().parents[2]
CELLS = {cell.id: cell for cell in read(ROOT / "solutions" / "ch05b_broadcast.py").cells}
SAVES = (
    "setup",
    "setup-feiq",
    "open-broadcast",
    "answer-to",
    "roster",
    "discover",
    "demo-save",
    "demo-saved",
)
DEADLINE_S = stretched(60)
SECONDS = str(4 * PATIENCE)  # for which each listens: both have to be there meanwhile

Terminal = Any  # see conftest.py
Beside = Callable[[Iterable[str]], Path]


@pytest.fixture(scope="module")
def folder(beside: Beside) -> Path:
    """A folder in which the notebook has saved its program."""
    return beside(CELLS[id].source for id in SAVES)


def test_two_terminals_find_each_other(folder: Path, terminal: Callable[..., Terminal]) -> None:
    everybody = "127.255.255.255"
    with (
        terminal(folder, "find.py", "anna", everybody, SECONDS) as anna,
        terminal(folder, "find.py", "本尼", everybody, SECONDS) as ben,
    ):
        anna.shows("本尼 at ('127.0.0.1', 2425)")
        ben.shows("anna at ('127.0.0.1', 2425)")
        assert anna.ends() == ben.ends() == 0
