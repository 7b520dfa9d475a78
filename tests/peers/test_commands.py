"""Chapter 13b's command server against programs that we did not write: asyncio, nc, curl, perl."""

import asyncio
import subprocess
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from netlib.deadlines import stretched
from netlib.faults import TCPRelay
from netlib.serving import Server, serving
from netlib.trace import Address

pytestmark = [pytest.mark.peer, pytest.mark.chapter("ch13b")]

DEADLINE_S = stretched(60)
ALLOW = {"echo", "printf", "cat", "seq", "true", "false", "sh", "no-such-program"}
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


def frame(payload: bytes) -> bytes:
    """A frame as the chapter defines it, made without the chapter's code."""
    return len(payload).to_bytes(4, "big") + payload


def commands(ch13b: Names) -> Server[int]:
    """The reference's command server."""
    return serving(lambda sock, stop: int(ch13b["command_server"](sock, ALLOW, stop)), "tcp")


def run(*command: str, stdin: bytes = b"") -> bytes:
    done = subprocess.run(command, input=stdin, capture_output=True, timeout=DEADLINE_S, check=True)
    return done.stdout


def awaited(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(coroutine, DEADLINE_S))


async def read_frame(reader: asyncio.StreamReader) -> bytes:
    return await reader.readexactly(int.from_bytes(await reader.readexactly(4), "big"))


@pytest.mark.parametrize("faults", NETWORKS)
def test_asyncio_readexactly_reads_the_answers_of_the_command_server(
    ch13b: Names, faults: str
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

    server = commands(ch13b)
    with server as address, TCPRelay(address, faults) as front:
        answers = awaited(ask(front))
    assert answers[:6] == [b"0", "你好\n".encode(), b"", b"1", b"", b""]
    assert answers[6:8] == [b"126", b""]  # its stderr is free
    assert answers[9:] == [b"0", b"\xff\0", b""]
    assert server.returned == 1


@pytest.mark.parametrize("faults", NETWORKS)
def test_perl_packs_its_own_header(ch13b: Names, program: Program, faults: str) -> None:
    perl = program("perl")
    server = commands(ch13b)
    with server as address, TCPRelay(address, faults) as front:
        out = run(perl, "-e", PERL, front[0], str(front[1]), "printf", r"a\377\000\n")
    assert out == frame(b"0") + frame(b"a\xff\0\n") + frame(b"")
    assert server.returned == 1


def test_awk_packs_a_header_for_busybox_nc(ch13b: Names, program: Program) -> None:
    request = run(program("awk"), "-v", "text=no-such-program", AWK)
    assert request == frame(b"no-such-program")
    server = commands(ch13b)
    with server as (host, port):
        came = run(program("busybox"), "nc", host, str(port), stdin=request * 2)
    code, out, *rest = ch13b["FrameParser"]().feed(came)
    assert (code, out) == (b"127", b"")
    assert len(rest) == 4
    assert server.returned == 1


def test_curl_telnet_gets_228_kb_through_frames(ch13b: Names, program: Program) -> None:
    much = b"".join(b"%d\n" % n for n in range(1, 40_001))
    wanted = frame(b"0") + frame(much) + frame(b"")
    command = [program("curl"), "-sN", "--max-time", f"{DEADLINE_S:g}"]
    server = commands(ch13b)
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
