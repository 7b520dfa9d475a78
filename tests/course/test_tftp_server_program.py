"""Chapter 07's server needs neither notebook nor course: saved, it serves in a terminal."""

import socket
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.source import read
from netlib.deadlines import stretched

pytestmark = pytest.mark.chapter("ch07")

ROOT = Path(__file__).resolve().parents[2]
CELLS = {cell.id: cell for cell in read(ROOT / "solutions" / "ch07_tftp_server.py").cells}
DEADLINE_S = stretched(60)

Terminal = Any  # see conftest.py
Beside = Callable[[Iterable[str]], Path]
SAYS = {"en": "at port ", "zh": "端口 "}


@pytest.fixture(scope="module", params=SAYS)
def language(request: pytest.FixtureRequest) -> str:
    """The reader's language."""
    return str(request.param)


@pytest.fixture(scope="module")
def folder(beside: Beside, language: str) -> Path:
    """A folder in which the notebook has saved its program."""
    given = [cell.source for cell in CELLS.values() if cell.role in ("setup", "solution")]
    return beside([*given, CELLS["demo-save"].text(language)])


def asked(port: int, name: str) -> tuple[bytes, bytes]:
    """Return the first answer to a read request: its kind and number, and the rest."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(DEADLINE_S)
        client.sendto(b"\0\1" + name.encode() + b"\0octet\0", ("127.0.0.1", port))
        packet, source = client.recvfrom(516)
        if packet[1] == 3:
            client.sendto(b"\0\5" + struct.pack("!H", 0) + b"enough\0", source)
    return packet[:4], packet[4:]


def test_it_serves_its_own_source_until_ctrl_c(
    folder: Path, terminal: Callable[..., Terminal], language: str
) -> None:
    program = (folder / "tftp_server.py").read_bytes()
    with terminal(folder, "tftp_server.py", "0") as person:
        port = int(person.shows("\r\n").partition(SAYS[language])[2])
        assert asked(port, "tftp_server.py") == (b"\0\3\0\1", program[:512])
        assert asked(port, "../secret")[0] == b"\0\5\0\2"
        person.type("\x03")
        assert person.ends() == 0


def test_it_needs_nothing_of_the_course(folder: Path) -> None:
    program = (folder / "tftp_server.py").read_text(encoding="utf-8")
    assert "netlib" not in program
    assert "autograder" not in program
