"""Chapter 04 against programs that we did not write: socat, dig, asyncio."""

import asyncio
import socket
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from netlib.deadlines import stretched
from netlib.serving import serving

pytestmark = [pytest.mark.peer, pytest.mark.chapter("ch04")]

DEADLINE_S = stretched(60)
Program = Callable[[str], str]
Names = dict[str, Any]


def _run(*command: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command, input=stdin, capture_output=True, timeout=DEADLINE_S, check=False
    )


@pytest.mark.parametrize("payload", [b"hello", bytes(range(256)), "你好".encode("gbk")])
def test_socat_hears_its_own_bytes_from_echo_server(
    ch04: Names, program: Program, payload: bytes
) -> None:
    server = serving(ch04["echo_server"])
    with server as (host, port):
        done = _run(program("socat"), "-t1", "-", f"UDP4:{host}:{port}", stdin=payload)
    assert done.stdout == payload
    assert server.returned == 1


def test_dig_gets_its_query_back_and_the_echo_server_lives(ch04: Names, program: Program) -> None:
    dig = program("dig")
    with serving(ch04["echo_server"]) as (host, port):
        options = ("+tries=1", "+time=2", "+noedns")
        done = _run(dig, f"@{host}", "-p", str(port), *options, "example.org")
        answer = ch04["request"]((host, port), b"still there?", 5.0)
    assert b"query response not set" in done.stdout + done.stderr
    assert answer == b"still there?"


def test_socat_answers_request(ch04: Names, program: Program) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [program("socat"), f"UDP4-RECVFROM:{port},bind=127.0.0.1,fork", "EXEC:cat"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        # request itself waits until socat listens: it goes on after ConnectionRefusedError.
        answer = ch04["request"](("127.0.0.1", port), b"\xff ping", 0.5, 20)
    finally:
        server.kill()
        server.wait()
    assert answer == b"\xff ping"


def test_an_asyncio_client_is_counted_for_itself(ch04: Names) -> None:
    class Client(asyncio.DatagramProtocol):
        def __init__(self, answered: asyncio.Future[bytes]) -> None:
            self.answered = answered

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            self.answered.set_result(data)

    async def ask(address: tuple[str, int]) -> bytes:
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[bytes] = loop.create_future()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: Client(answered), remote_addr=address
        )
        try:
            transport.sendto(b"hi")
            async with asyncio.timeout(DEADLINE_S):
                return await answered
        finally:
            transport.close()

    with serving(ch04["reply_counter_server"]) as address:
        assert [asyncio.run(ask(address)) for _ in range(2)] == [b"1 hi", b"1 hi"]


def test_send_text_reaches_an_asyncio_receiver_in_gbk(ch04: Names) -> None:
    class Receiver(asyncio.DatagramProtocol):
        def __init__(self, came: asyncio.Future[bytes]) -> None:
            self.came = came

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            self.came.set_result(data)

    async def receive() -> bytes:
        loop = asyncio.get_running_loop()
        came: asyncio.Future[bytes] = loop.create_future()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: Receiver(came), local_addr=("127.0.0.1", 0)
        )
        try:
            host, port = transport.get_extra_info("sockname")
            assert ch04["send_text"](host, port, "你好", "gbk") == 4
            async with asyncio.timeout(DEADLINE_S):
                return await came
        finally:
            transport.close()

    assert asyncio.run(receive()) == b"\xc4\xe3\xba\xc3"
