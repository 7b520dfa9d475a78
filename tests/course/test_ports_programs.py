"""Chapter 03 keeps its word: the programs that it saves run in terminals, beside a web server."""

import os
import re
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from autograder.authoring.source import read
from netlib.deadlines import stretched
from netlib.ports import reserved_port

pytestmark = pytest.mark.chapter("ch03")

ROOT = Path(__file__).resolve().parents[2]
CELLS = {cell.id: cell for cell in read(ROOT / "solutions" / "ch03_ports.py").cells}
SAVES = (
    "setup",
    "open-socket",
    "is-port-taken",
    "service-port",
    "parse",
    "socket-owners",
    "unix-echo",
    "demo-ports",
    "demo-save",
    "demo-saved",
)
DEADLINE_S = stretched(60)

Terminal = Any  # see conftest.py
Beside = Callable[[Iterable[str]], Path]


@pytest.fixture(scope="module")
def folder(beside: Beside) -> Path:
    """A folder in which the notebook has saved its programs."""
    return beside(CELLS[id].source for id in SAVES)


@pytest.fixture
def port() -> Iterator[str]:
    number, mark = reserved_port(Random())
    with mark:
        yield str(number)


def test_a_web_server_is_found_and_after_ctrl_c_its_port_is_free(
    folder: Path, port: str, terminal: Callable[..., Terminal]
) -> None:
    bind = "--bind", "127.0.0.1"
    with terminal(folder, "-u", "-m", "http.server", port, *bind) as web:
        web.shows("Serving HTTP")
        with terminal(folder, "ports.py", port) as person:
            said = person.shows(f"{port} taken")
        (line,) = [each for each in said.splitlines() if "processes" in each]
        found = re.fullmatch(rf"127\.0\.0\.1:{port} processes \[(\d+)\]", line.strip())
        assert found and int(found[1]) != os.getpid()
        web.type("\x03")
        web.ends()
    with terminal(folder, "ports.py", port) as person:
        assert "processes" not in person.shows(f"{port} free")
        assert person.ends() == 0


def test_a_service_is_asked_for_by_its_name(
    folder: Path, terminal: Callable[..., Terminal]
) -> None:
    if not Path("/etc/services").exists():
        pytest.skip("there is no /etc/services here: install netbase")
    with terminal(folder, "ports.py", "tftp") as person:
        person.shows("KeyError: 'tftp'")  # it is UDP's
    with terminal(folder, "ports.py", "http-alt") as person:
        person.shows("8080 ")
        assert person.ends() == 0


def test_a_person_types_into_the_echo_server(
    folder: Path, tmp_path: Path, terminal: Callable[..., Terminal]
) -> None:
    path = tmp_path / "room"
    with terminal(folder, "echo.py", str(path)) as server:
        client = connected(path)
        with client:
            for said in ("你好\n".encode(), b"\x00\xff"):
                client.sendall(said)
                assert client.recv(100) == said
            client.shutdown(socket.SHUT_WR)
            assert client.recv(100) == b""
        server.shows("9")
        assert server.ends() == 0
    assert not path.exists()


def connected(path: Path) -> socket.socket:
    """Return a client of whoever listens at a path, as soon as somebody does."""
    end = time.monotonic() + DEADLINE_S
    while True:
        sock = socket.socket(socket.AF_UNIX)
        try:
            sock.connect(str(path))
            return sock
        except OSError:
            sock.close()
            assert time.monotonic() < end, "nobody listens there"
            time.sleep(0.01)
