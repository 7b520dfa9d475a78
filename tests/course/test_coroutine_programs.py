"""Chapter 18's server and downloader, saved as programs, with people at their terminals."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from autograder.authoring.source import read
from netlib.deadlines import stretched

pytestmark = pytest.mark.chapter("ch18")

ROOT = Path(__file__).resolve().parents[2]
CELLS = {cell.id: cell for cell in read(ROOT / "solutions" / "ch18_coroutines.py").cells}
SERVER = ["setup", "setup-wishes", "setup-ready", "scheduler", "sleepers", "socket-scheduler"]
SERVER += ["setup-accepter", "coro-echo", "demo-save-server"]
DOWNLOAD = ["setup-fetch", "setup-fetching", "download-all", "demo-save-download"]
WORDS = {"en": "serving", "zh": "正在服务"}
DEADLINE_S = stretched(60)
# A program that a person starts by its name, in a terminal of ours, which starts Python.
NAMED = "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])"

Terminal = Any  # see conftest.py


@pytest.fixture(scope="module", params=WORDS)
def saved(
    request: pytest.FixtureRequest, beside: Callable[[Iterable[str]], Path]
) -> tuple[Path, str]:
    """A folder in which the notebook has saved its programs, and what its server says first."""
    folder = beside(CELLS[id].text(request.param) for id in SERVER + DOWNLOAD)
    return folder, WORDS[request.param]


@pytest.fixture
def port() -> str:
    """What the chapter's cell says: a port that was free a moment ago."""
    cell = f"import socket\n{CELLS['demo-port'].source}"
    done = subprocess.run([sys.executable, "-c", cell], capture_output=True, text=True, check=True)
    first, second = done.stdout.splitlines()
    port = first.rpartition(" ")[2]
    assert (first, second) == (f"python3 coro_server.py {port}", f"nc 127.0.0.1 {port}")
    return port


@pytest.mark.skipif(which("nc") is None, reason="there is no nc here: install one to type into it")
def test_two_people_with_nc_each_get_their_own_back(
    saved: tuple[Path, str], port: str, terminal: Callable[..., Terminal]
) -> None:
    folder, serving = saved
    with terminal(folder, "coro_server.py", port) as server:
        server.shows(serving)
        nc = ("-c", NAMED, "nc", "127.0.0.1", port)
        with terminal(folder, *nc) as anna, terminal(folder, *nc) as ben:
            for person, typed in ((anna, "green tea"), (ben, "你好"), (anna, "cake")):
                person.type(f"{typed}\n")
                person.shows(typed)  # the terminal's own echo,
                person.shows(typed)  # and the server's
            anna.type("\x04")  # Ctrl+D: she has finished
            ben.type("still here\n")
            ben.shows("still here")
            ben.shows("still here")
            server.type("\x03")  # while he is connected
            assert server.ends() == 0
        assert "Traceback" not in server.shown


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """What a person starts in a second terminal: `python3 -m http.server`."""
    (tmp_path / "page").write_bytes(b"x" * 1234)
    command = [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", "0"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout
            yield "http://127.0.0.1:" + server.stdout.readline().split(" port ")[1].split()[0]
        finally:
            server.kill()


def test_a_person_downloads_a_good_name_a_wrong_one_and_from_a_wrong_port(
    saved: tuple[Path, str], site: str, terminal: Callable[..., Terminal]
) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        words = (f"{site}/page", f"{site}/nothing", nobody)
        with terminal(saved[0], "download.py", *words) as person:
            person.shows("page 1234")
            person.shows("nothing HTTPError")
            person.shows("/ ConnectionRefusedError")
            assert person.ends() == 0
