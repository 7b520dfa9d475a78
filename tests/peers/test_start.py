"""Chapter 00 against a program that we did not write: bash, whose /dev/udp is a socket."""

import shutil
import socket
import subprocess
import threading
from typing import Any

import pytest

from autograder.notebooks.chapter import reference
from netlib.deadlines import stretched
from netlib.serving import serving

pytestmark = [pytest.mark.peer, pytest.mark.chapter("ch00")]

DEADLINE_S = stretched(60)
HAS_UDP = "exec 3<>/dev/udp/127.0.0.1/9"  # discard: nothing is sent
ASK = 'exec 3<>/dev/udp/$0/$1; printf %s "$2" >&3; head -c ${#2} <&3'


@pytest.fixture(scope="module")
def bash() -> str:
    path = shutil.which("bash")
    if path is None:
        pytest.skip("there is no bash here: install it to see it talk to our programs")
    if subprocess.run([path, "-c", HAS_UDP], capture_output=True).returncode:
        pytest.skip("this bash has no /dev/udp: that of Debian and Ubuntu has it")
    return path


@pytest.fixture(scope="module")
def answer_one() -> Any:
    names: dict[str, Any] = {"__name__": "ch00"}
    for cell in reference("ch00").cells:
        if cell.role == "setup" or cell.id == "answer-one":
            exec(compile(cell.source, f"<{cell.id}>", "exec"), names)
    return names["answer_one"]


@pytest.mark.parametrize("text", ["hello", "A shell is here.", "x" * 1400])
def test_bash_is_answered(bash: str, answer_one: Any, text: str) -> None:
    def serve(sock: socket.socket, stop: threading.Event) -> None:
        sock.settimeout(DEADLINE_S)
        answer_one(sock)

    with serving(serve) as (host, port):
        done = subprocess.run(
            [bash, "-c", ASK, host, str(port), text], capture_output=True, timeout=DEADLINE_S
        )
    assert (done.stdout.decode(), done.stderr) == (text.upper(), b"")
