"""Programs that we did not write, on hosts of a LAN, against servers in this process."""

import contextlib
import http.server
import os
import re
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from netlib.capture import capture
from netlib.deadlines import stretched
from netlib.errors import Unavailable
from netlib.lan import Host, Lan

pytestmark = pytest.mark.peer

DEADLINE_S = stretched(60)
Program = Callable[[str], str]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def lan() -> Iterator[Lan]:
    try:
        lan = Lan("192.0.2.0/24").start()
    except Unavailable as missing:
        pytest.skip(str(missing))
    yield lan
    lan.close()


@pytest.fixture
def anna(lan: Lan) -> Host:
    return lan.host("anna")


@pytest.fixture
def ben(lan: Lan) -> Host:
    return lan.host("ben")


@contextlib.contextmanager
def beside(host: Host, server: Callable[[socket.socket], None], port: int) -> Iterator[None]:
    """Run server(sock) on a host, in a thread; sock is bound to the UDP port."""
    with host:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sock.settimeout(DEADLINE_S)
        sock.bind(("", port))
        thread = threading.Thread(target=server, args=(sock,))
        thread.start()
    try:
        yield
    finally:
        thread.join()
        sock.close()


class Page(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        page = f"{self.client_address[0]} asks {self.headers['Host']}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def web(host: Host) -> Iterator[None]:
    """Run http.server on port 80 of a host."""
    with host:
        server = http.server.ThreadingHTTPServer(("", 80), Page)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# ---------------------------------------------------------------- one segment


def test_ping_is_answered(program: Program, anna: Host, ben: Host) -> None:
    program("ping")
    done = anna.run("ping", "-c2", "-i0.01", ben.address)
    assert "2 received, 0% packet loss" in done.stdout


def test_curl_reads_a_page_from_port_80(program: Program, anna: Host, ben: Host) -> None:
    curl = program("curl")
    with web(ben):
        done = anna.run(curl, "--silent", "--noproxy", "*", f"http://{ben.address}/")
    assert done.stdout == "192.0.2.1 asks 192.0.2.2\n"


def test_wrk_finds_no_error(program: Program, anna: Host, ben: Host) -> None:
    wrk = program("wrk")
    with web(ben):
        done = anna.run(wrk, "-t1", "-c2", "-d1s", f"http://{ben.address}/")
    requests = re.search(r"(\d+) requests in", done.stdout)
    assert requests is not None and int(requests[1]) > 10, done.stdout
    assert "Socket errors" not in done.stdout
    assert "Non-2xx" not in done.stdout


def test_dig_believes_our_answer(program: Program, anna: Host, ben: Host) -> None:
    dig = program("dig")

    def answer(sock: socket.socket) -> None:
        query, client = sock.recvfrom(512)
        end = query.index(b"\0", 12) + 5
        record = struct.pack("!HHHIH", 0xC00C, 1, 1, 60, 4) + socket.inet_aton("203.0.113.9")
        head = query[:2] + bytes.fromhex("8400 0001 0001 0000 0000")
        sock.sendto(head + query[12:end] + record, client)

    with beside(ben, answer, 53):
        options = ("+noedns", "+tries=1", "+short")
        done = anna.run(dig, *options, f"@{ben.address}", "www.example.org")
    assert done.stdout == "203.0.113.9\n"


def test_tftp_fetches_a_file(program: Program, anna: Host, ben: Host, tmp_path: Path) -> None:
    tftp = program("tftp")
    content = bytes(range(256)) * 5  # three blocks: 512, 512 and 256 bytes (RFC 1350)

    def answer(sock: socket.socket) -> None:
        request, client = sock.recvfrom(516)
        assert request == b"\0\1notes.txt\0octet\0"
        with ben, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as transfer:
            transfer.settimeout(DEADLINE_S)
            for block in range(1, 4):
                data = content[512 * (block - 1) : 512 * block]
                transfer.sendto(struct.pack("!HH", 3, block) + data, client)
                assert transfer.recv(516) == struct.pack("!HH", 4, block)

    with beside(ben, answer, 69):
        target = tmp_path / "got"
        done = anna.run(tftp, "-m", "octet", ben.address, "-c", "get", "notes.txt", target)
    assert (done.returncode, target.read_bytes()) == (0, content)


_LEASE_SCRIPT = """#!/bin/sh
[ "$1" = bound ] && ip addr add "$ip/$mask" dev "$interface" && ip route add default via "$router"
exit 0
"""


def test_busybox_gets_a_lease(program: Program, lan: Lan, ben: Host, tmp_path: Path) -> None:
    busybox = program("busybox")
    if "udhcpc" not in lan.host("probe").run(busybox, "--list").stdout.split():
        pytest.skip("busybox has no udhcpc here: install the full busybox (Debian: busybox)")
    program("ip")  # for the script that udhcpc calls
    dora = lan.host("dora", address=None)

    def lease(sock: socket.socket) -> None:
        for kind in (2, 5):  # OFFER, then ACK (RFC 2131)
            request = sock.recv(1500)
            head = bytes([2]) + request[1:16] + socket.inet_aton("192.0.2.100") + request[20:236]
            options = {
                53: bytes([kind]),
                54: socket.inet_aton(ben.address),
                51: struct.pack("!I", 3600),
                1: socket.inet_aton("255.255.255.0"),
                3: socket.inet_aton("192.0.2.254"),
            }
            tail = b"".join(bytes([code, len(value)]) + value for code, value in options.items())
            reply = head + bytes.fromhex("63825363") + tail + b"\xff"
            sock.sendto(reply.ljust(300, b"\0"), ("<broadcast>", 68))

    script = tmp_path / "lease.sh"
    script.write_text(_LEASE_SCRIPT)
    script.chmod(0o755)
    with beside(ben, lease, 67), capture(lan.switches[0], "dhcp") as frames:
        words = ("-i", "eth0", "-f", "-q", "-n", "-t", "3", "-s", str(script))
        done = dora.run(busybox, "udhcpc", *words)
    assert done.returncode == 0, done
    assert dora.address == "192.0.2.100"
    assert [row.via for row in dora.routes if row.destination == "default"] == ["192.0.2.254"]
    assert len(frames) == 4  # DISCOVER, OFFER, REQUEST, ACK


# ---------------------------------------------------------------- over routers


def test_traceroute_names_both_routers(program: Program) -> None:
    traceroute = program("traceroute")
    try:
        lan = Lan().start()
    except Unavailable as missing:
        pytest.skip(str(missing))
    try:
        home = lan.switch("home", "192.0.2.0/24")
        middle = lan.switch("middle", "10.0.0.0/24")
        office = lan.switch("office", "198.51.100.0/24")
        anna, carl = lan.host("anna", home), lan.host("carl", office)
        one, two = lan.router("one", home, middle), lan.router("two", office, middle)
        one.add_route("198.51.100.0/24", via="10.0.0.253")
        two.add_route("192.0.2.0/24", via="10.0.0.254")
        done = anna.run(traceroute, "-n", "-q1", carl.address)
        hops = re.findall(r"^ *\d+  ([\d.]+)", done.stdout, re.MULTILINE)
        assert hops == ["192.0.2.254", "10.0.0.253", "198.51.100.1"]
    finally:
        lan.close()


def test_curl_reaches_the_outside_through_nat(program: Program) -> None:
    curl = program("curl")
    try:
        lan = Lan().start()
    except Unavailable as missing:
        pytest.skip(str(missing))
    try:
        home = lan.switch("home", "192.168.1.0/24")
        outside = lan.switch("outside", "203.0.113.0/24")
        anna, site = lan.host("anna", home), lan.host("site", outside, gateway=False)
        lan.router("nat", home, outside).nat(outside)
        with web(site):
            done = anna.run(curl, "--silent", "--noproxy", "*", f"http://{site.address}/")
        assert done.stdout == "203.0.113.254 asks 203.0.113.1\n"
    finally:
        lan.close()


# ---------------------------------------------------------------- in Jupyter's own kernel

_CELLS = """
import os, socket
from netlib.lan import Lan
lan = Lan("192.0.2.0/24").start()
anna, ben = lan.host("anna"), lan.host("ben")
with ben:
    listener = socket.create_server(("", 80))
print(anna.site.namespaces._process.pid)
"""


def test_an_unchanged_kernel_has_a_lan_over_many_cells_and_interrupts(
    lan: Lan,  # for the skip
) -> None:
    manager = pytest.importorskip("jupyter_client.manager", reason="there is no Jupyter here")
    kernel, client = manager.start_new_kernel(cwd=str(ROOT))

    def execute(source: str) -> str:
        said: list[str] = []

        def collect(message: dict[str, Any]) -> None:
            if message["msg_type"] == "stream":
                said.append(message["content"]["text"])
            if message["msg_type"] == "stream" and "waiting" in said[-1]:
                kernel.interrupt_kernel()

        reply = client.execute_interactive(source, timeout=3 * DEADLINE_S, output_hook=collect)
        return "".join(said).strip() or str(reply["content"].get("ename"))

    try:
        helper = os.pidfd_open(int(execute(_CELLS)))
        assert execute("print('waiting', flush=True); anna.run('sleep', 1000)") == "waiting"
        assert execute("with anna:\n    sock = socket.create_connection(('ben', 80), 5)") == "None"
        assert execute("print(sock.getpeername(), listener.accept()[1][0])") == (
            "('192.0.2.2', 80) 192.0.2.1"
        )
        assert execute("print(anna.run('true').returncode)") == "0"
    finally:
        client.stop_channels()
        kernel.shutdown_kernel(now=True)
    assert select.select([helper], [], [], DEADLINE_S)[0]
    os.close(helper)
