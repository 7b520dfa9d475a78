"""Chapter 18 against programs that we did not write: nc, socat, curl, http.server, asyncio, gevent,
trio."""

import asyncio
import functools
import http.server
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from netlib.deadlines import stretched
from netlib.serving import serving

pytestmark = [pytest.mark.peer, pytest.mark.chapter("ch18")]

DEADLINE_S = stretched(60)
Program = Callable[[str], str]
Server = Callable[..., Any]
Names = dict[str, Any]
LARGE = random.Random(1).randbytes(1 << 20)


@pytest.fixture(params=["coro_echo", "asyncio_echo"])
def echo(request: pytest.FixtureRequest, ch18: Names) -> Server:
    """Each of the chapter's servers, as a plain function."""
    server: Server = ch18[request.param]
    if request.param == "coro_echo":
        return server
    return lambda listener, stop: asyncio.run(server(listener, stop))


# -- programs -----------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", bytes(range(256)), LARGE], ids=len)
def test_nc_gets_back_all_that_it_sends_then_the_end(
    echo: Server, program: Program, data: bytes
) -> None:
    server = serving(echo, "tcp")
    with server as (host, port):
        command = (program("busybox"), "nc", host, str(port))
        done = subprocess.run(
            command, input=data, stdout=subprocess.PIPE, timeout=DEADLINE_S, check=True
        )
    assert done.stdout == data
    assert server.returned == 1


def test_two_socats_at_once_get_back_what_each_sends(echo: Server, program: Program) -> None:
    with serving(echo, "tcp") as (host, port):
        command = (program("socat"), "-t", str(DEADLINE_S), "-", f"TCP:{host}:{port}")
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        first, second = (subprocess.Popen(command, **pipes) for _ in range(2))  # type: ignore[call-overload]
        try:  # the first says nothing yet, and holds up nobody
            assert second.communicate(LARGE, DEADLINE_S)[0] == LARGE
            assert first.communicate(b"late", DEADLINE_S)[0] == b"late"
        finally:
            for client in (first, second):
                client.kill()
                client.communicate()


@contextmanager
def _site(folder: Path) -> Iterator[str]:
    """Serve a folder by the standard library's server; give its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    class Site(http.server.ThreadingHTTPServer):
        request_queue_size = 128

    with Site(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_download_all_finds_the_sizes_that_curl_finds(
    ch18: Names, program: Program, tmp_path: Path
) -> None:
    for n in range(30):
        (tmp_path / f"file{n}").write_bytes(LARGE[: n**3])
    with _site(tmp_path) as site:
        urls = [f"{site}/file{n}" for n in range(30)] + [f"{site}/missing"]
        got = asyncio.run(ch18["download_all"](urls, 10, DEADLINE_S))
        curl = (program("curl"), "-s", "-o", "/dev/null", "-w", "%{http_code} %{size_download}\n")
        done = subprocess.run(
            (*curl, urls[-2], "-o", "/dev/null", urls[-1]),
            stdout=subprocess.PIPE,
            text=True,
            timeout=DEADLINE_S,
            check=True,
        )
    assert [got[url] for url in urls[:-1]] == [n**3 for n in range(30)]
    good, missing = done.stdout.splitlines()
    assert good == f"200 {got[urls[-2]]}"
    assert (missing.split()[0], got[urls[-1]]) == ("404", "HTTPError")


def test_where_nobody_listens_any_more_that_is_said(ch18: Names, tmp_path: Path) -> None:
    with _site(tmp_path) as site:
        pass
    got = asyncio.run(ch18["download_all"]([site, "http://127.0.0.1:x/"], 1, DEADLINE_S))
    assert list(got.values()) == ["ConnectionRefusedError", "ValueError"]


# -- other people's coroutines --------------------------------------------------------------------


def test_sixty_clients_of_asyncio_are_served_a_byte_at_a_time(echo: Server) -> None:
    async def talk(address: tuple[str, int], data: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(*address)
        try:
            for byte in data:
                writer.write(bytes([byte]))
                await writer.drain()
            writer.write_eof()
            async with asyncio.timeout(DEADLINE_S):
                return await reader.read()
        finally:
            writer.close()

    async def all_of_them(address: tuple[str, int]) -> list[bytes]:
        return await asyncio.gather(*(talk(address, b"client %d" % n) for n in range(60)))

    server = serving(echo, "tcp")
    with server as address:
        assert asyncio.run(all_of_them(address)) == [b"client %d" % n for n in range(60)]
    assert server.returned == 60


GEVENT = """
import sys, gevent
from gevent import socket

def talk(n):
    said = b"client %d " % n * 1000
    with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as sock:
        gevent.spawn(lambda: (sock.sendall(said), sock.shutdown(socket.SHUT_WR)))
        came = b""
        while part := sock.recv(1000):
            came += part
    return came == said

tasks = [gevent.spawn(talk, n) for n in range(40)]
gevent.joinall(tasks, raise_error=True)
print(sum(task.value for task in tasks))
"""

TRIO = """
import sys, trio
right = []

async def talk(n):
    said = b"client %d " % n * 1000
    stream = await trio.open_tcp_stream(sys.argv[1], int(sys.argv[2]))
    async with stream, trio.open_nursery() as nursery:
        @nursery.start_soon
        async def send():
            await stream.send_all(said)
            await stream.send_eof()
        right.append(b"".join([part async for part in stream]) == said)

async def main():
    async with trio.open_nursery() as nursery:
        for n in range(40):
            nursery.start_soon(talk, n)

trio.run(main)
print(sum(right))
"""


@pytest.mark.parametrize(("package", "source"), [("gevent", GEVENT), ("trio", TRIO)])
def test_forty_clients_of_another_loop_get_back_their_own(
    echo: Server, package: str, source: str
) -> None:
    if find_spec(package) is None:
        pytest.skip(f"there is no {package} here: `pip install {package}` to see its clients")
    server = serving(echo, "tcp")
    with server as (host, port):
        done = subprocess.run(
            [sys.executable, "-c", source, host, str(port)],
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
        )
    assert (done.stdout, done.stderr) == ("40\n", "")
    assert server.returned == 40
