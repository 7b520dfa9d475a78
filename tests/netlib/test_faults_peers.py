"""Both relays between programs that we did not write: asyncio, http.server, curl, dig, tftp."""

import asyncio
import http.server
import os
import shutil
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from netlib.deadlines import stretched
from netlib.faults import TCPRelay, UDPRelay
from netlib.serving import serving
from netlib.trace import Message

pytestmark = pytest.mark.peer

DEADLINE_S = stretched(60)
Address = tuple[str, int]
PAGE = b"".join(b"%05d\n" % number for number in range(20_000))


def program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"there is no {name} here: install it to see it talk through a relay")
    return path


def run(*command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, capture_output=True, timeout=DEADLINE_S, check=False, cwd=cwd)


# ---------------------------------------------------------------- curl and http.server


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class WebServer(http.server.ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        pass  # a reset on purpose is no news


@pytest.fixture
def web() -> Iterator[Address]:
    with WebServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_address[:2]  # type: ignore[misc]
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "faults",
    [
        "",
        "split every 1; split reply every 5000",
        "merge reply 100000 50ms; delay 10 20ms; delay reply 1000 20ms",
        "short 10B; window reply 1B; stall reply 5000 30ms",
    ],
)
def test_curl_gets_a_page_through_any_harmless_network(web: Address, faults: str) -> None:
    relay = TCPRelay(web, faults)
    with relay as (host, port):
        done = run(program("curl"), "-sS", f"http://{host}:{port}/")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == PAGE
    crossed = b"".join(m.data for m in relay.trace if getattr(m, "sender", "") == "server")
    assert crossed.endswith(PAGE)


@pytest.mark.parametrize(
    ("faults", "code"),
    [
        ("reset reply 1000", 56),  # failure in receiving network data
        ("half-close reply 1000", 18),  # a transfer that was shorter than expected
        ("half-close reply 0", 52),  # the server replied nothing
        ("stall reply 1000", 28),  # operation timed out
    ],
)
def test_curl_says_what_the_schedule_did(web: Address, faults: str, code: int) -> None:
    with TCPRelay(web, faults) as (host, port):
        done = run(program("curl"), "-sS", "-m", "1", f"http://{host}:{port}/")
    assert done.returncode == code, done.stderr


def test_curl_posts_a_body_that_comes_back(web: Address, tmp_path: Path) -> None:
    (tmp_path / "body").write_bytes(PAGE)
    with TCPRelay(web, "split every 9999; split reply every 7777") as (host, port):
        url = f"http://{host}:{port}/"
        done = run(
            program("curl"), "-sS", "-H", "Expect:", "--data-binary", "@body", url, cwd=tmp_path
        )
    assert done.stdout == PAGE


def test_curl_learns_that_nobody_is_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = gone.getsockname()
    with TCPRelay(address) as (host, port):
        done = run(program("curl"), "-sS", f"http://{host}:{port}/")
    assert done.returncode in (7, 56)  # refused, or reset, as it came before curl looked


def test_tshark_follows_what_curl_said(web: Address, tmp_path: Path) -> None:
    tshark = program("tshark")
    relay = TCPRelay(web, "split reply every 20000")
    with relay as (host, port):
        run(program("curl"), "-sS", f"http://{host}:{port}/index")
    relay.trace.save(tmp_path / "curl.pcapng")
    command = (tshark, "-r", str(tmp_path / "curl.pcapng"))
    shown = run(*command, "-d", f"tcp.port=={port},http", "-q", "-z", "follow,http,ascii,0").stdout
    assert b"GET /index HTTP/1.1" in shown
    assert b"19999" in shown
    notes = run(*command, "-q", "-z", "expert,warn").stdout
    assert b"Sequence" not in notes
    assert b"Malformed" not in notes


# ---------------------------------------------------------------- asyncio


def test_asyncio_streams_do_not_mind_how_they_are_cut() -> None:
    lines = [b"line %d\n" % number for number in range(200)]

    async def talk() -> list[bytes]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            async for line in reader:
                writer.write(line.upper())
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        relay = TCPRelay(server.sockets[0].getsockname(), "split every 3; merge reply 99 20ms")
        with relay as (host, port):
            reader, writer = await asyncio.open_connection(host, port)
            writer.writelines(lines)
            writer.write_eof()
            answers = [line async for line in reader]
            writer.close()
            await writer.wait_closed()
        server.close()
        await server.wait_closed()
        return answers

    answers = asyncio.run(asyncio.wait_for(talk(), DEADLINE_S))
    assert answers == [line.upper() for line in lines]


def test_many_asyncio_clients_get_their_own_datagrams() -> None:
    class Client(asyncio.DatagramProtocol):
        def __init__(self, answered: asyncio.Future[bytes]) -> None:
            self.answered = answered

        def datagram_received(self, data: bytes, addr: Address) -> None:
            if not self.answered.done():
                self.answered.set_result(data)

    async def ask(front: Address, number: int) -> bytes:
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[bytes] = loop.create_future()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: Client(answered), remote_addr=front
        )
        try:
            while True:  # as every other request is lost
                transport.sendto(b"%d" % number)
                done, _ = await asyncio.wait([answered], timeout=0.05)
                if done:
                    return answered.result()
        finally:
            transport.close()

    async def crowd(front: Address) -> list[bytes]:
        return await asyncio.gather(*(ask(front, number) for number in range(100)))

    with serving(echo) as address, UDPRelay(address, "lose every 2; duplicate every 3") as front:
        answers = asyncio.run(asyncio.wait_for(crowd(front), DEADLINE_S))
    assert answers == [b"%d" % number for number in range(100)]


def echo(sock: socket.socket, stop: threading.Event) -> None:
    sock.settimeout(0.05)
    while not stop.is_set():
        try:
            data, peer = sock.recvfrom(65_507)
        except TimeoutError:
            continue
        sock.sendto(data, peer)


# ---------------------------------------------------------------- dig


def names(sock: socket.socket, stop: threading.Event) -> None:
    """Answer every question with 192.0.2.7 (RFC 1035, section 4)."""
    sock.settimeout(0.05)
    while not stop.is_set():
        try:
            query, peer = sock.recvfrom(512)
        except TimeoutError:
            continue
        end = query.index(0, 12) + 5  # of the question
        header = query[:2] + struct.pack("!HHHHH", 0x8180, 1, 1, 0, 0)
        answer = struct.pack("!HHHIH4B", 0xC00C, 1, 1, 60, 4, 192, 0, 2, 7)
        sock.sendto(header + query[12:end] + answer, peer)


@pytest.mark.parametrize(
    "faults", ["", "lose 1", "lose reply 1", "duplicate 1; duplicate reply 1", "stranger reply 1"]
)
def test_dig_asks_again_and_believes_no_stranger(faults: str) -> None:
    dig = program("dig")
    with serving(names) as address, UDPRelay(address, faults) as (host, port):
        options = ("+tries=3", "+time=1", "+noedns", "+short")
        done = run(dig, f"@{host}", "-p", str(port), *options, "example.org")
    assert done.stdout.splitlines()[-1] == b"192.0.2.7"


@pytest.mark.skipif(os.name != "posix", reason="ICMP is shown on Linux only")
def test_dig_learns_at_once_that_nobody_is_there() -> None:
    dig = program("dig")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
        gone.bind(("127.0.0.1", 0))
        address = gone.getsockname()
    with UDPRelay(address) as (host, port):
        done = run(dig, f"@{host}", "-p", str(port), "+tries=1", "+time=15", "example.org")
    assert b"connection refused" in done.stdout + done.stderr


# ---------------------------------------------------------------- tftp


def tftp_server(files: dict[str, bytes]) -> Callable[[socket.socket, threading.Event], None]:
    """Return a server of RFC 1350's read requests: every transfer has a port of its own."""

    def serve(sock: socket.socket, stop: threading.Event) -> None:
        sock.settimeout(0.05)
        while not stop.is_set():
            try:
                request, client = sock.recvfrom(600)
            except TimeoutError:
                continue
            name = request[2:].split(b"\0")[0].decode()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as transfer:
                transfer.bind((sock.getsockname()[0], 0))
                transfer.settimeout(0.2)
                send(transfer, client, files[name], stop)

    def send(sock: socket.socket, client: Address, data: bytes, stop: threading.Event) -> None:
        for block in range(1, len(data) // 512 + 2):
            part = data[512 * (block - 1) : 512 * block]
            acknowledged = False
            while not acknowledged and not stop.is_set():
                sock.sendto(struct.pack("!HH", 3, block) + part, client)
                try:
                    while not acknowledged:
                        acknowledged = sock.recv(600)[:4] == struct.pack("!HH", 4, block)
                except TimeoutError:
                    continue

    return serve


@pytest.mark.parametrize("faults", ["", "lose reply 2; lose 3; duplicate reply 4"])
def test_tftp_gets_a_file_from_a_transfer_port_of_its_own(tmp_path: Path, faults: str) -> None:
    tftp = program("tftp")
    data = PAGE[:2_000]
    with serving(tftp_server({"file": data})) as address:
        relay = UDPRelay(address, faults)
        with relay as (host, port):
            get = (tftp, "-4", "-m", "octet", host, str(port), "-c", "get", "file")
            done = run(*get, cwd=tmp_path)
    assert (tmp_path / "file").read_bytes() == data, done.stdout
    sent = [m for m in relay.trace if isinstance(m, Message) and m.sender == "server"]
    fronts = {m.source for m in sent}
    assert len(fronts) == 1
    assert (host, port) not in fronts  # RFC 1350, section 4: the answer has a port of its own
    acks = [m for m in relay.trace if isinstance(m, Message) and m.data[:2] == b"\0\4"]
    assert {m.destination for m in acks} == fronts
