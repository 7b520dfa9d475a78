"""Chapter 13 against programs that we did not write: asyncio, makefile, nc, curl, perl, awk."""

import asyncio
import contextlib
import socket
import subprocess
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from autograder.notebooks.chapter import reference
from netlib.deadlines import stretched
from netlib.faults import TCPRelay
from netlib.serving import Server, serving
from netlib.trace import Address

pytestmark = [pytest.mark.peer, pytest.mark.chapter("ch13")]

DEADLINE_S = stretched(60)
ALLOW = {"echo", "printf", "cat", "seq", "true", "false", "sh", "no-such-program"}
PAYLOADS = [b"", b"hello", bytes(range(256)), "你好".encode(), bytes(70_000)]
NETWORKS = ("", "split every 1; split reply every 1", "short 3B; short reply 3B")

# Clients that pack and unpack the header themselves: one request, then the payloads of its answer.
PERL = r"""
use IO::Socket::INET;
binmode STDOUT;
my $sock = IO::Socket::INET->new("$ARGV[0]:$ARGV[1]") or die $@;
print $sock pack("N/a*", join("\0", @ARGV[2 .. $#ARGV]));
$sock->flush;
shutdown($sock, 1);
for (1 .. 3) {
    read($sock, my $head, 4) == 4 or die "no header";
    my $size = unpack("N", $head);
    read($sock, my $data, $size) == $size or die "no payload";
    print pack("N/a*", $data);
}
print "more" if read($sock, my $rest, 1);
"""
AWK = r"""
BEGIN { n = length(text); printf "%c%c%c%c%s", 0, 0, int(n / 256), n % 256, text }
"""

Names = dict[str, Any]
Program = Callable[[str], str]


@pytest.fixture(scope="session")
def ch13() -> Names:
    """Everything that the given cells and the solutions of chapter 13 define."""
    names: Names = {"__name__": "ch13"}
    for cell in reference("ch13").cells:
        if cell.role in ("setup", "solution"):
            exec(compile(cell.source, f"<{cell.id}>", "exec"), names)
    return names


def frame(payload: bytes) -> bytes:
    """A frame as the chapter defines it, made without the chapter's code."""
    return len(payload).to_bytes(4, "big") + payload


def commands(ch13: Names) -> Server[int]:
    """The reference's command server."""
    return serving(lambda sock, stop: int(ch13["command_server"](sock, ALLOW, stop)), "tcp")


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
def test_asyncio_readexactly_reads_the_answers_of_the_command_server(
    ch13: Names, faults: str
) -> None:
    async def ask(address: Address) -> list[bytes]:
        reader, writer = await asyncio.open_connection(*address)
        for request in (b"echo\0\xe4\xbd\xa0\xe5\xa5\xbd", b"false", b"rm\0x", b"printf\0\\377\\0"):
            writer.write(frame(request))
        writer.write_eof()
        answers = [await read_frame(reader) for _ in range(12)]
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
        return answers

    server = commands(ch13)
    with server as address, TCPRelay(address, faults) as front:
        answers = awaited(ask(front))
    assert answers[:6] == [b"0", "你好\n".encode(), b"", b"1", b"", b""]
    assert answers[6:8] == [b"126", b""]  # its stderr is free
    assert answers[9:] == [b"0", b"\xff\0", b""]
    assert server.returned == 1


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


@pytest.mark.parametrize("faults", NETWORKS)
def test_perl_packs_its_own_header(ch13: Names, program: Program, faults: str) -> None:
    perl = program("perl")
    server = commands(ch13)
    with server as address, TCPRelay(address, faults) as front:
        out = run(perl, "-e", PERL, front[0], str(front[1]), "printf", r"a\377\000\n")
    assert out == frame(b"0") + frame(b"a\xff\0\n") + frame(b"")
    assert server.returned == 1


def test_awk_packs_a_header_for_busybox_nc(ch13: Names, program: Program) -> None:
    request = run(program("awk"), "-v", "text=no-such-program", AWK)
    assert request == frame(b"no-such-program")
    server = commands(ch13)
    with server as (host, port):
        came = run(program("busybox"), "nc", host, str(port), stdin=request * 2)
    parser = ch13["FrameParser"]()
    code, out, *rest = parser.feed(came)
    parser.close()
    assert (code, out) == (b"127", b"")
    assert len(rest) == 4
    assert server.returned == 1


def test_curl_telnet_gets_228_kb_through_frames(ch13: Names, program: Program) -> None:
    much = b"".join(b"%d\n" % n for n in range(1, 40_001))
    wanted = frame(b"0") + frame(much) + frame(b"")
    command = [program("curl"), "-sN", "--max-time", f"{DEADLINE_S:g}"]
    server = commands(ch13)
    with server as (host, port):
        curl = subprocess.Popen(
            [*command, f"telnet://{host}:{port}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert curl.stdin and curl.stdout
        curl.stdin.write(frame(b"seq\x0040000"))
        curl.stdin.close()
        came = curl.stdout.read(len(wanted))
    with curl:  # it never sends a FIN: it ends because the server does, when it is stopped
        assert came + curl.stdout.read() == wanted
    assert curl.returncode == 0
    assert server.returned == 1


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
