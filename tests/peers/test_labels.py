"""Labels of what curl, tftp and dig send, and rows as busybox dumps them."""

import os
import socket
import subprocess
from collections.abc import Callable

import pytest

from netlib.deadlines import stretched
from netlib.hexview import HexView
from netlib.labels import label

pytestmark = pytest.mark.peer

DEADLINE_S = stretched(60)
Program = Callable[[str], str]


def first_datagram(*command: str) -> bytes:
    """Return what a client sends first; {port} in its command is where we listen."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(DEADLINE_S)
        port = str(sock.getsockname()[1])
        client = subprocess.Popen(
            [part.replace("{port}", port) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            return sock.recv(65_507)
        finally:
            client.kill()
            client.wait()


def test_requests_of_curl_and_tftp(program: Program) -> None:
    sent = first_datagram(program("curl"), "-s", "tftp://127.0.0.1:{port}/notes.txt")
    assert label(sent).startswith('RRQ "notes.txt" octet tsize=0')
    get = ("-m", "binary", "127.0.0.1", "{port}", "-c", "get", "notes.txt", os.devnull)
    assert label(first_datagram(program("tftp"), *get)) == 'RRQ "notes.txt" octet'


@pytest.mark.parametrize("kind", ["A", "AAAA", "MX", "TXT"])
def test_queries_of_dig(program: Program, kind: str) -> None:
    command = ("@127.0.0.1", "-p", "{port}", "+tries=1", "example.org", kind)
    assert label(first_datagram(program("dig"), *command)) == f"DNS {kind} example.org?"


def test_a_request_of_curl(program: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(DEADLINE_S)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/index.html"
        client = subprocess.Popen([program("curl"), "-s", url], stdout=subprocess.DEVNULL)
        try:
            sock, _ = listener.accept()
            with sock:
                sock.settimeout(DEADLINE_S)
                request = b""
                while b"\n" not in request:
                    request += sock.recv(65_536)
        finally:
            client.kill()
            client.wait()
    assert label(request) == "GET /index.html HTTP/1.1"


def test_rows_are_those_of_another_dump(program: Program) -> None:
    data = bytes(range(256))
    command = (program("busybox"), "hexdump", "-C")
    other = subprocess.run(command, input=data, capture_output=True, timeout=DEADLINE_S, check=True)
    for ours, theirs in zip(
        str(HexView(data)).splitlines(), other.stdout.decode().splitlines(), strict=False
    ):
        assert int(ours[:6]) == int(theirs[:8], 16)
        assert ours[8:58].split("  ")[:2] == [part.strip() for part in theirs[10:59].split("  ")]
        assert ours[58:] == theirs[61:77]
