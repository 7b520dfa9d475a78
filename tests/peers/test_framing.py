"""Chapter 13 against programs that we did not write: asyncio, makefile, perl, nc."""

import asyncio
import contextlib
import socket
import subprocess
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from netlib.deadlines import stretched
from netlib.faults import TCPRelay
from netlib.serving import serving
from netlib.trace import Address

pytestmark = [pytest.mark.peer, pytest.mark.chapter("ch13")]

DEADLINE_S = stretched(60)
PAYLOADS = [b"", b"hello", bytes(range(256)), "你好".encode(), bytes(70_000)]
NETWORKS = ("", "split every 1; split reply every 1", "short 3B; short reply 3B")

Names = dict[str, Any]
Program = Callable[[str], str]


def frame(payload: bytes) -> bytes:
    """A frame as the chapter defines it, made without the chapter's code."""
    return len(payload).to_bytes(4, "big") + payload


def run(*command: str, stdin: bytes = b"") -> bytes:
    done = subprocess.run(command, input=stdin, capture_output=True, timeout=DEADLINE_S, check=True)
    return done.stdout


def awaited(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(coroutine, DEADLINE_S))


@contextlib.contextmanager
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname(), timeout=DEADLINE_S)
        far, _ = listener.accept()
    far.settimeout(DEADLINE_S)
    with near, far:
        yield near, far


async def read_frame(reader: asyncio.StreamReader) -> bytes:
    return await reader.readexactly(int.from_bytes(await reader.readexactly(4), "big"))


# -- asyncio ------------------------------------------------------------------------------------


@pytest.mark.parametrize("faults", NETWORKS)
def test_asyncio_sends_what_recv_frame_reads_and_reads_what_send_frame_sends(
    ch13: Names, faults: str
) -> None:
    async def talk(address: Address) -> list[bytes]:
        reader, writer = await asyncio.open_connection(*address)
        sent = PAYLOADS if not faults else PAYLOADS[:-1]  # 70,000 single bytes take their time
        writer.writelines(map(frame, sent))
        writer.write_eof()
        came = [await read_frame(reader) for _ in sent]
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
        assert came == sent
        return came

    def echo(sock: socket.socket, stop: threading.Event) -> int:
        count = 0
        with sock.accept()[0] as client:
            while (payload := ch13["recv_frame"](client)) is not None:
                ch13["send_frame"](client, payload)
                count += 1
        return count

    server = serving(echo, "tcp")
    with server as address, TCPRelay(address, faults) as front:
        came = awaited(talk(front))
    assert server.returned == len(came)


def test_asyncio_readline_and_line_parser_find_the_same_lines(ch13: Names) -> None:
    stream = b"one\r\n\n t\rwo \n\xff\0\n" + "你好\n".encode() + b"\r\r\n" + b"x" * 5000 + b"\n"

    async def lines() -> list[bytes]:
        reader = asyncio.StreamReader()
        reader.feed_data(stream)
        reader.feed_eof()
        return [line async for line in reader]

    wanted = [line.removesuffix(b"\n").removesuffix(b"\r") for line in awaited(lines())]
    for size in (1, 2, 3, 7, len(stream)):
        parser = ch13["LineParser"](5000)
        pieces = (stream[start : start + size] for start in range(0, len(stream), size))
        assert [line for piece in pieces for line in parser.feed(piece)] == wanted


def test_asyncio_incomplete_read_and_recv_exact_tell_the_same_rest(ch13: Names) -> None:
    async def read(data: bytes) -> bytes:
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        with pytest.raises(asyncio.IncompleteReadError) as cut:
            await reader.readexactly(4)
        return cut.value.partial

    for data in (b"", b"a", b"abc"):
        with pair() as (near, far):
            near.sendall(data)
            near.shutdown(socket.SHUT_WR)
            with pytest.raises(EOFError) as cut:
                ch13["recv_exact"](far, 4)
        assert cut.value.args[0] == awaited(read(data)) == data


# -- files over sockets -------------------------------------------------------------------------


def test_makefile_reads_what_send_frame_sends(ch13: Names) -> None:
    with pair() as (near, far), far.makefile("rb") as stream:
        for payload in PAYLOADS:
            sender = threading.Thread(target=ch13["send_frame"], args=(near, payload))
            sender.start()
            assert stream.read(4) == len(payload).to_bytes(4, "big")
            assert stream.read(len(payload)) == payload
            sender.join()
        near.close()
        assert stream.read() == b""


def test_recv_frame_reads_what_makefile_writes_and_no_byte_more(ch13: Names) -> None:
    with pair() as (near, far):
        with near.makefile("wb") as stream:
            for payload in PAYLOADS[:-1]:
                stream.write(frame(payload))
            stream.write(b"and then a line\n")
        assert [ch13["recv_frame"](far) for _ in PAYLOADS[:-1]] == PAYLOADS[:-1]
        with far.makefile("rb") as rest:
            assert rest.readline() == b"and then a line\n"


# -- programs -----------------------------------------------------------------------------------


def test_perl_packs_frames_that_recv_frame_reads(ch13: Names, program: Program) -> None:
    def read_frames(sock: socket.socket, stop: threading.Event) -> list[bytes]:
        with sock.accept()[0] as client:
            return [*iter(lambda: ch13["recv_frame"](client), None)]

    sends = r'print $sock pack("N/a*", $_) for "hello", "", "\xff\0";'
    connects = 'my $sock = IO::Socket::INET->new("$ARGV[0]:$ARGV[1]") or die $@;'
    perl = program("perl")
    server = serving(read_frames, "tcp")
    with server as (host, port):
        run(perl, "-MIO::Socket::INET", "-e", connects + sends, host, str(port))
    assert server.returned == [b"hello", b"", b"\xff\0"]


def test_line_parser_cuts_what_busybox_nc_sends(ch13: Names, program: Program) -> None:
    def read_lines(sock: socket.socket, stop: threading.Event) -> list[bytes]:
        parser, lines = ch13["LineParser"](100), []
        with sock.accept()[0] as client:
            while data := client.recv(3):
                lines += parser.feed(data)
        return lines

    nc = program("busybox")
    server = serving(read_lines, "tcp")
    with server as (host, port):
        run(nc, "nc", host, str(port), stdin=b"one\r\n\ntwo words \nno end")
    assert server.returned == [b"one", b"", b"two words "]
