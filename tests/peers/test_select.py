"""Chapter 16 against programs that we did not write: busybox nc, and socat on either side."""

import contextlib
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from netlib.deadlines import stretched
from netlib.serving import serving

pytestmark = [pytest.mark.peer, pytest.mark.chapter("ch16")]

DEADLINE_S = stretched(60)
Program = Callable[[str], str]
Names = dict[str, Any]
Address = tuple[str, int]
SAID = [b"hello\n", bytes(range(256)), "你好 ok\n".encode() * 20_000]


@contextlib.contextmanager
def not_reading(address: Address) -> Iterator[None]:
    """Somebody who sends until nothing fits any more, and reads nothing."""
    with socket.create_connection(address) as anna:
        anna.settimeout(0.3)
        with contextlib.suppress(TimeoutError):
            while True:
                anna.send(bytes(65_536))
        yield


def asked(command: list[str], said: bytes) -> "subprocess.Popen[bytes]":
    """Start a program that says so much and then ends its direction."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def write() -> None:
        assert process.stdin is not None
        process.stdin.write(said)
        process.stdin.close()

    threading.Thread(target=write, daemon=True).start()
    return process


def answer(process: "subprocess.Popen[bytes]") -> bytes:
    """Return all that it prints up to its end."""
    assert process.stdout is not None
    with process.stdout as printed:
        data = printed.read()
    assert process.wait(DEADLINE_S) == 0
    return data


def test_three_nc_and_a_socat_are_served_at_once_beside_one_who_does_not_read(
    ch16: Names, program: Program
) -> None:
    busybox, socat = program("busybox"), program("socat")
    server = serving(ch16["select_echo"], "tcp")
    with server as (host, port), not_reading((host, port)):
        talkers = [asked([busybox, "nc", host, str(port)], said) for said in SAID]
        talkers.append(asked([socat, "-t60", "-", f"TCP:{host}:{port}"], SAID[-1]))
        assert [answer(each) for each in talkers] == [*SAID, SAID[-1]]
    assert server.returned == 5


def test_talk_speaks_with_socat_which_gives_everything_back(ch16: Names, program: Program) -> None:
    command = [program("socat"), "-d", "-d", "TCP-LISTEN:0,bind=127.0.0.1", "EXEC:cat"]
    said = SAID[1] * 30
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as peer:
        assert peer.stderr is not None
        try:
            port = int(peer.stderr.readline().rpartition(":")[2])
            ours, keyboard = socket.socketpair()
            screen, shown = socket.socketpair()
            with ours, keyboard, screen, shown:
                ours.sendall(said)
                ours.shutdown(socket.SHUT_WR)
                with socket.create_connection(("127.0.0.1", port)) as sock:
                    assert ch16["talk"](sock, keyboard, screen) == len(said)
                assert shown.recv(len(said), socket.MSG_WAITALL) == said
        finally:
            peer.kill()


def test_talk_speaks_first_or_second_with_socat_at_a_pipe(ch16: Names, program: Program) -> None:
    command = [program("socat"), "-d", "-d", "TCP-LISTEN:0,bind=127.0.0.1", "-"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0) as peer:
        assert peer.stdin and peer.stdout and peer.stderr
        try:
            port = int(peer.stderr.readline().rpartition(b":")[2])
            typing, keyboard = socket.socketpair()
            screen, shown = socket.socketpair()
            with socket.create_connection(("127.0.0.1", port)) as sock:
                counts: list[int] = []
                thread = threading.Thread(
                    target=lambda: counts.append(ch16["talk"](sock, keyboard, screen))
                )
                thread.start()
                for said in (b"no newline", b"\xff\x00"):
                    peer.stdin.write(said)
                    assert shown.recv(len(said), socket.MSG_WAITALL) == said
                    typing.sendall(said)
                    assert os.read(peer.stdout.fileno(), 100) == said
                peer.stdin.close()
                thread.join(DEADLINE_S)
                assert counts == [12]
            for each in (typing, keyboard, screen, shown):
                each.close()
        finally:
            peer.kill()
