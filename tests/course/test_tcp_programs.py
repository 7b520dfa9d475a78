"""Chapter 11's server and client, saved as programs: people type at terminals of their own."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.source import read
from netlib.deadlines import stretched

pytestmark = pytest.mark.chapter("ch11")

ROOT = Path(__file__).resolve().parents[2]
CELLS = {cell.id: cell for cell in read(ROOT / "solutions" / "ch11_tcp.py").cells}
USED = ["setup", "dial", "upper-server", "chat-client", "demo-save-server", "demo-save-client"]
WORDS = {"en": ("listening at", "you: ", "server: "), "zh": ("正在监听", "你：", "服务器： ")}
DEADLINE_S = stretched(60)

Terminal = Any  # see conftest.py
Beside = Callable[[Iterable[str]], Path]


@pytest.fixture(scope="module", params=WORDS)
def saved(request: pytest.FixtureRequest, beside: Beside) -> tuple[Path, tuple[str, str, str]]:
    """A folder in which the notebook has saved its programs, and what they say."""
    cells = [CELLS[id].text(request.param) for id in USED]
    folder = beside(cells)
    return folder, WORDS[request.param]


@pytest.fixture
def port() -> str:
    """What the chapter's cell says: a port that was free a moment ago."""
    cell = f"import socket\n{CELLS['demo-port'].source}"
    done = subprocess.run([sys.executable, "-c", cell], capture_output=True, text=True, check=True)
    first, second = done.stdout.splitlines()
    port = first.rpartition(" ")[2]
    assert (first, second) == (f"python3 upper.py {port}", f"python3 ask.py 127.0.0.1 {port}")
    return port


def test_two_people_are_served_one_after_the_other_and_the_server_comes_back_at_once(
    saved: tuple[Path, tuple[str, str, str]], port: str, terminal: Callable[..., Terminal]
) -> None:
    folder, (listening, you, says) = saved
    with terminal(folder, "upper.py", port) as server:
        assert f"('0.0.0.0', {port}" in server.shows(f"{port})")
        with terminal(folder, "ask.py", "127.0.0.1", port) as anna:
            anna.shows(you)  # she is connected
            with terminal(folder, "ask.py", "localhost", port) as ben:
                for typed, shown in (("green tea", "GREEN TEA"), ("你好 ok", "你好 OK")):
                    anna.type(f"{typed}\n")
                    anna.shows(f"{says}{shown}")
                ben.shows(you)
                ben.type("cake\n")
                anna.shows(you)
                anna.type("\n")
                assert anna.ends() == 0
                ben.shows(f"{says}CAKE")  # his turn has come
                server.type("\x03")  # while he is connected
                assert "Traceback" not in server.shows("\n")
                assert server.ends() == 0
    with terminal(folder, "upper.py", port) as server:
        server.shows(listening)
        server.type("\x03")
        assert server.ends() == 0


def test_without_a_server_the_client_says_so(
    saved: tuple[Path, tuple[str, str, str]], terminal: Callable[..., Terminal]
) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        port = str(deaf.getsockname()[1])
        with terminal(saved[0], "ask.py", "127.0.0.1", port) as person:
            person.shows("ConnectionRefusedError")
            assert person.ends() == 1
