"""The UDP programs of the old notes work on a good day, and fail as chapter 04 says."""

import socket
import threading
from collections.abc import Iterator

import pytest

from netlib.attempt import attempt
from netlib.deadlines import stretched
from netlib.faults import UDPRelay
from netlib.oldnotes import udp
from netlib.serving import serving

DEADLINE_S = stretched(60)


def answering(sock: socket.socket, stop: threading.Event) -> None:
    """Answer every datagram, in UTF-8."""
    sock.settimeout(0.1)
    while not stop.is_set():
        try:
            _, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        sock.sendto("好".encode() * 2, client)


@pytest.fixture
def client() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(DEADLINE_S)
        yield sock


def test_text_comes_back_and_a_long_one_is_cut(client: socket.socket) -> None:
    with serving(udp.echo) as address:
        for text, back in (
            ("你好".encode("gbk"), "你好".encode("gbk")),
            (b"x" * 2000, b"x" * 1024),
        ):
            client.sendto(text, address)
            assert client.recv(65507) == b"echo: " + back


def test_one_byte_that_is_no_text_ends_the_server(client: socket.socket) -> None:
    with pytest.raises(UnicodeDecodeError), serving(udp.echo) as address:
        client.sendto(b"\xff", address)
        threads = [each for each in threading.enumerate() if each.name == "serving echo"]
        for thread in threads:
            thread.join(DEADLINE_S)


def test_the_client_sends_one_charset_and_reads_another() -> None:
    with serving(answering) as address:
        asked = attempt(udp.ask, *address, "tea", seconds=DEADLINE_S)
    assert asked.value == ("好".encode() * 2).decode("gbk")


@pytest.mark.parametrize("faults", ["lose 1", "lose reply 1"])
def test_the_client_waits_for_ever_when_anything_is_lost(faults: str) -> None:
    with serving(answering) as address, UDPRelay(address, faults) as front:
        asked = attempt(udp.ask, *front, "tea", seconds=stretched(0.5))
    assert (asked.outcome, asked.where) == ("hung", "received = udp_socket.recvfrom(1024)")


def test_the_client_believes_whoever_is_first() -> None:
    with serving(answering) as address, UDPRelay(address, "stranger reply 1 0x3431") as front:
        assert attempt(udp.ask, *front, "tea", seconds=DEADLINE_S).value == "41"
