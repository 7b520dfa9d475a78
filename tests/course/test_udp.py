"""Chapter 04 keeps its word: its two programs talk, and its knobs show what the text says."""

import re
import socket
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.source import Cell, read
from netlib import language
from netlib.deadlines import stretched
from netlib.faults import UDPRelay

pytestmark = pytest.mark.chapter("ch04")

ROOT = Path(__file__).resolve().parents[2]
CELLS = {cell.id: cell for cell in read(ROOT / "solutions" / "ch04_udp.py").cells}
DEADLINE_S = stretched(60)
PROGRAMS = ("import-check", "setup", "echo-server", "request", "demo-save-echo", "demo-save-ask")
PLAYED = (
    *("demo-waiter", "setup", "bound", "demo-collect", "demo-length-server"),
    *("demo-two-questions", "demo-knobs", "demo-knobs-shown"),
)
WORDS = {
    "en": {"waiting": "waiting at port", "you": "you: ", "server": "server:"},
    "zh": {"waiting": "正在等待，端口", "you": "你：", "server": "服务器："},
}

Terminal = Any  # see conftest.py
Beside = Callable[[Iterable[str]], Path]


def text(cell: Cell, language: str) -> str:
    """Return a cell's code in a language, whether it is stamped or not."""
    return cell.twin.source if language == "zh" and cell.twin else cell.source


# -- two programs in two terminals -----------------------------------------------------------------


@pytest.fixture(scope="module", params=WORDS)
def saved(request: pytest.FixtureRequest, beside: Beside) -> tuple[Path, dict[str, str]]:
    """A folder in which the notebook has saved its programs, and what they say."""
    cells = [text(CELLS[id], request.param) for id in PROGRAMS]
    folder = beside(cells)
    return folder, WORDS[request.param]


@pytest.fixture
def port() -> str:
    """A port that was free a moment ago."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("", 0))
        return str(sock.getsockname()[1])


def test_two_terminals_talk_and_a_client_survives_a_server_that_is_away(
    saved: tuple[Path, dict[str, str]], port: str, terminal: Callable[..., Terminal]
) -> None:
    folder, words = saved
    with terminal(folder, "ask.py", port) as person:
        with terminal(folder, "echo.py", port) as server:
            server.shows(f"{words['waiting']} {port}")
            person.shows(words["you"])
            for line in ("hello", "你好 ok"):
                person.type(f"{line}\n")
                person.shows(f"{words['server']} {line}")
            server.type("\x03")
            assert server.ends() == 0
        person.type("anybody?\n")
        person.shows("no answer after 4 tries")
        with terminal(folder, "echo.py", port) as server:
            server.shows(f"{words['waiting']} {port}")
            person.type("again\n")
            person.shows(f"{words['server']} again")
            person.type("\n")
            assert person.ends() == 0
            server.type("\x03")
            assert "Traceback" not in server.shows("\n")


@pytest.fixture
def neighbour() -> Iterator[socket.socket]:
    """Somebody who reaches the machine at another of its addresses than 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(DEADLINE_S)
        yield sock


def test_a_server_without_a_host_hears_a_neighbour(
    saved: tuple[Path, dict[str, str]],
    port: str,
    terminal: Callable[..., Terminal],
    neighbour: socket.socket,
) -> None:
    folder, words = saved
    with terminal(folder, "echo.py", port, "") as server:
        server.shows(f"{words['waiting']} {port}")
        neighbour.sendto(b"hello", ("127.0.0.2", int(port)))
        assert neighbour.recv(100) == b"hello"


def test_a_server_as_it_is_hears_none(
    saved: tuple[Path, dict[str, str]],
    port: str,
    terminal: Callable[..., Terminal],
    neighbour: socket.socket,
) -> None:
    folder, words = saved
    with terminal(folder, "echo.py", port) as server:
        server.shows(f"{words['waiting']} {port}")
        neighbour.connect(("127.0.0.2", int(port)))
        neighbour.send(b"hello")
        with pytest.raises(ConnectionRefusedError):
            neighbour.recv(100)


@pytest.mark.parametrize("language", WORDS)
def test_the_lines_to_type_are_those_that_the_test_types(language: str) -> None:
    lines = re.findall(r"python3 \S+ 9001(?: [\d.\"]+)?", text(CELLS["programs-how"], language))
    assert lines == [
        "python3 echo.py 9001",
        "python3 ask.py 9001",
        'python3 echo.py 9001 ""',
        "python3 ask.py 9001 192.168.1.23",
    ]


# -- the knobs -------------------------------------------------------------------------------------


@pytest.fixture(params=["en", "zh"])
def knobs(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The panel of the chapter; its client waits as long as it must."""
    language.use(request.param)
    names: dict[str, Any] = {"UDPRelay": UDPRelay}
    for id in PLAYED:
        exec(text(CELLS[id], request.param), names)
        names["WAIT_S"] = DEADLINE_S
    with names["knobs"] as panel:
        yield panel


def test_on_a_good_network_every_question_gets_its_answer(knobs: Any) -> None:
    shown = knobs.turn(late=60)
    assert "tea: 3" in shown
    assert "cake: 4" in shown


def test_a_doubled_answer_is_taken_for_the_next(knobs: Any) -> None:
    shown = knobs.turn(doubled=True)
    assert "tea: 3" in shown
    assert "cake: 3" in shown
