"""Chapter 06's program needs neither notebook nor course: saved, it fetches from a TFTP server."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.source import read
from netlib.deadlines import stretched
from netlib.errors import Unavailable
from netlib.programs import tftp_server

pytestmark = pytest.mark.chapter("ch06")

ROOT = Path(__file__).resolve().parents[2]
CELLS = {cell.id: cell for cell in read(ROOT / "solutions" / "ch06_tftp_client.py").cells}
NOTES = b"some notes\n" * 200
DEADLINE_S = stretched(60)

Terminal = Any  # see conftest.py
Beside = Callable[[Iterable[str]], Path]


@pytest.fixture(scope="module", params=["en", "zh"])
def folder(request: pytest.FixtureRequest, beside: Beside) -> Path:
    """A folder in which the notebook has saved its program."""
    given = [cell.source for cell in CELLS.values() if cell.role in ("setup", "solution")]
    saving, _, running = CELLS["demo-save"].source.partition("\nwith ")
    assert running, "expected the cell to save the program, and then to run it"
    cells = [*given, CELLS["demo-get"].text(request.param), saving]
    return beside(cells)


def test_it_fetches_a_file_and_says_why_it_does_not(
    folder: Path, terminal: Callable[..., Terminal]
) -> None:
    try:
        with tftp_server({"notes.txt": NOTES}) as (host, port):
            for name, status in (("notes.txt", f"{len(NOTES)} "), ("nosuch.txt", "not found")):
                with terminal(folder, "tftp_get.py", host, str(port), name, "copy.txt") as person:
                    person.shows(status)
                    assert person.ends() == 0
    except Unavailable as missing:
        pytest.skip(str(missing))
    assert (folder / "copy.txt").read_bytes() == NOTES


def test_it_needs_nothing_of_the_course(folder: Path) -> None:
    program = (folder / "tftp_get.py").read_text(encoding="utf-8")
    assert "netlib" not in program
    assert "autograder" not in program
