"""Chapter 11 against programs that we did not write: nc, curl, asyncio, socketserver, makefile."""

import asyncio
import random
import socket
import socketserver
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from netlib.deadlines import stretched
from netlib.serving import serving

pytestmark = [pytest.mark.peer, pytest.mark.chapter("ch11")]

DEADLINE_S = stretched(60)
Program = Callable[[str], str]
Names = dict[str, Any]
MIXED = "straße 你好 hello\n".encode()


class Shouting(socketserver.StreamRequestHandler):
    """Answers every line in capitals, as its client's next line; "bye" ends it."""

    def handle(self) -> None:
        for line in self.rfile:
            if line == b"bye\n":
                return
            self.wfile.write(line.upper())


@contextmanager
def _socketserver(handler: type[socketserver.BaseRequestHandler]) -> Iterator[tuple[str, int]]:
    with socketserver.TCPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield ("127.0.0.1", server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


# -- programs -----------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [MIXED, bytes(range(256)), MIXED * 20_000], ids=len)
def test_busybox_nc_gets_all_its_answers_after_a_half_close(
    ch11: Names, program: Program, said: bytes
) -> None:
    server = serving(ch11["upper_server"], "tcp")
    with server as (host, port):
        command = (program("busybox"), "nc", host, str(port))
        done = subprocess.run(
            command, input=said, stdout=subprocess.PIPE, timeout=DEADLINE_S, check=True
        )
    assert done.stdout == said.upper()
    assert server.returned == 1


def test_curl_talks_with_upper_server_line_by_line(ch11: Names, program: Program) -> None:
    with serving(ch11["upper_server"], "tcp") as (host, port):
        curl = subprocess.Popen(
            [program("curl"), "-sN", "--max-time", str(DEADLINE_S), f"telnet://{host}:{port}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert curl.stdin and curl.stdout
        try:
            for line in (b"hello\n", b"again\n"):
                curl.stdin.write(line)
                curl.stdin.flush()
                assert curl.stdout.readline() == line.upper()
        finally:
            curl.kill()
            curl.communicate()


def test_busybox_nc_and_curl_are_greeted_one_after_the_other(ch11: Names, program: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(DEADLINE_S)
        host, port = listener.getsockname()
        for command in (
            (program("busybox"), "nc", host, str(port)),
            (program("curl"), "-sN", "--max-time", str(DEADLINE_S), f"telnet://{host}:{port}"),
        ):
            client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            try:
                ch11["serve_once"](listener, ch11["greet"])
                assert client.stdout and client.stdout.readline() == b"hello\n"
            finally:
                client.kill()
                client.communicate()


def test_what_busybox_nc_reads_from_a_pipe_arrives_up_to_its_end(
    ch11: Names, program: Program
) -> None:
    sent, got = random.Random(1).randbytes(1 << 20), []

    def keep(client: socket.socket, address: tuple[str, int]) -> None:
        got.append(ch11["recv_until_eof"](client, len(sent)))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(DEADLINE_S)
        host, port = listener.getsockname()
        client = subprocess.Popen(
            (program("busybox"), "nc", host, str(port)),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        feeding = threading.Thread(target=client.communicate, args=(sent,))
        feeding.start()
        try:
            ch11["serve_once"](listener, keep)
        finally:
            feeding.join(DEADLINE_S)
            client.kill()
            client.wait()
    assert got == [sent]


# -- Python's own -------------------------------------------------------------------------------


def test_asyncio_clients_are_served_in_turn_a_byte_at_a_time(ch11: Names) -> None:
    async def talk(address: tuple[str, int]) -> bytes:
        reader, writer = await asyncio.open_connection(*address)
        try:
            for byte in MIXED:
                writer.write(bytes([byte]))
                await writer.drain()
            writer.write_eof()
            async with asyncio.timeout(DEADLINE_S):
                return await reader.read()
        finally:
            writer.close()

    async def both(address: tuple[str, int]) -> list[bytes]:
        return await asyncio.gather(talk(address), talk(address))

    server = serving(ch11["upper_server"], "tcp")
    with server as address:
        assert asyncio.run(both(address)) == [MIXED.upper()] * 2
    assert server.returned == 2


def test_a_makefile_client_talks_with_upper_server(ch11: Names) -> None:
    with (
        serving(ch11["upper_server"], "tcp") as address,
        ch11["dial"](*address, DEADLINE_S) as sock,
        sock.makefile("rwb") as stream,
    ):
        for line in (b"one\n", b"two\n"):
            stream.write(line)
            stream.flush()
            assert stream.readline() == line.upper()


def test_chat_client_talks_with_a_socketserver_that_hangs_up(ch11: Names) -> None:
    with _socketserver(Shouting) as address, ch11["dial"](*address, DEADLINE_S) as sock:
        replies = ch11["chat_client"](sock, ["hello", " ", "你好 there", "bye", "too late"])
    assert replies == ["HELLO", "你好 THERE"]


def test_chat_client_talks_with_asyncio_that_answers_byte_by_byte(ch11: Names) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            for byte in b"you said " + line:
                writer.write(bytes([byte]))
                await writer.drain()
        writer.close()

    def talk(address: tuple[str, int]) -> Any:
        with ch11["dial"](*address, DEADLINE_S) as sock:
            return ch11["chat_client"](sock, ["one", "", "二"])

    async def both() -> Any:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server, asyncio.timeout(DEADLINE_S):
            return await asyncio.to_thread(talk, server.sockets[0].getsockname())

    assert asyncio.run(both()) == ["you said one", "you said 二"]


def test_send_all_reaches_a_slow_asyncio_reader_in_several_sends(ch11: Names) -> None:
    data = random.Random(1).randbytes(1 << 20)

    def send(address: tuple[str, int]) -> Any:
        with ch11["dial"](*address, DEADLINE_S) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
            sock.settimeout(DEADLINE_S)
            return ch11["send_all"](sock, data)

    async def both() -> tuple[list[int], bytes]:
        came: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        async def read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            came.set_result(await reader.read())
            writer.close()

        server = await asyncio.start_server(read, "127.0.0.1", 0, limit=4096)
        async with server, asyncio.timeout(DEADLINE_S):
            counts = await asyncio.to_thread(send, server.sockets[0].getsockname())
            return counts, await came

    counts, came = asyncio.run(both())
    assert came == data
    assert sum(counts) == len(data)
    assert len(counts) > 1


def test_dial_meets_a_socketserver_and_its_end(ch11: Names) -> None:
    with _socketserver(Shouting) as address, ch11["dial"](*address, DEADLINE_S) as sock:
        assert sock.getpeername() == address
        sock.sendall(b"bye\n")
        assert ch11["recv_until_eof"](sock, 10) == b""
    with pytest.raises(ConnectionRefusedError):
        ch11["dial"](*address, DEADLINE_S)
