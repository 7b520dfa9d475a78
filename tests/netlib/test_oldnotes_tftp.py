"""A downloader as in the old notes: right on a good network, and wrong where it is known to be."""

import contextlib
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from netlib.attempt import Attempt, attempt
from netlib.deadlines import stretched
from netlib.errors import Unavailable
from netlib.oldnotes.tftp import download
from netlib.programs import tftp_server

DEADLINE_S = stretched(60)
SHORT_S = 0.3

Address = tuple[str, int]


def data(block: int, payload: bytes) -> bytes:
    return struct.pack("!HH", 3, block) + payload


class Peer:
    """A server in a thread of its own: it plays what it is given, and keeps what it hears."""

    def __init__(self, play: Callable[["Peer"], None]) -> None:
        self.heard: list[bytes] = []
        self._play = play

    def __enter__(self) -> Address:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.settimeout(DEADLINE_S)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self.sock.getsockname()  # type: ignore[no-any-return]

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self.sock.close()

    def _run(self) -> None:
        self.request, self.client = self.sock.recvfrom(600)
        self._play(self)

    def send(self, packet: bytes) -> None:
        self.sock.sendto(packet, self.client)

    def hear(self) -> None:
        self.heard.append(self.sock.recv(600))


@contextlib.contextmanager
def stranger() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(DEADLINE_S)
        yield sock


def fetched(server: Address, path: Path, seconds: float = DEADLINE_S) -> Attempt:
    return attempt(download, *server, "a", str(path), seconds=seconds)


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 1024])
def test_on_a_good_network_the_file_is_right(size: int, tmp_path: Path) -> None:
    content = os.urandom(size)
    try:
        with tftp_server({"a": content}) as server:
            made = fetched(server, tmp_path / "a")
    except Unavailable as missing:
        pytest.skip(str(missing))
    assert str(made) == "returned None"
    assert made.printed.endswith("All is here.\n")
    assert (tmp_path / "a").read_bytes() == content


def test_its_request_is_the_one_of_the_notes(tmp_path: Path) -> None:
    peer = Peer(lambda peer: peer.send(data(1, b"")))
    with peer as server:
        attempt(download, *server, "你", str(tmp_path / "a"), seconds=DEADLINE_S)
    assert peer.request == b"\0\x01\xc4\xe3\0octet\0"  # GBK


def test_a_lost_request_is_waited_for_without_end(tmp_path: Path) -> None:
    with Peer(lambda peer: None) as server:
        made = fetched(server, tmp_path / "a", SHORT_S)
    assert made.where == "packet, sender = sock.recvfrom(1024)"


def test_a_block_that_comes_again_is_not_acknowledged_again(tmp_path: Path) -> None:
    def play(peer: Peer) -> None:
        peer.send(data(1, bytes(512)))
        peer.hear()
        for _ in range(3):
            peer.send(data(1, bytes(512)))

    peer = Peer(play)
    with peer as server:
        assert fetched(server, tmp_path / "a", SHORT_S).outcome == "hung"
        peer.sock.setblocking(False)
        with pytest.raises(BlockingIOError):
            peer.sock.recv(600)
    assert peer.heard == [b"\0\x04\0\x01"]


def test_anybody_may_add_to_the_file_and_is_acknowledged(tmp_path: Path) -> None:
    with stranger() as evil:

        def play(peer: Peer) -> None:
            peer.send(data(1, b"x" * 512))
            peer.hear()
            evil.sendto(data(2, b"EVIL"), peer.client)

        with Peer(play) as server:
            assert fetched(server, tmp_path / "a").outcome == "returned"
        assert evil.recv(600) == b"\0\x04\0\x02"
    assert (tmp_path / "a").read_bytes() == b"x" * 512 + b"EVIL"


def test_a_short_packet_ends_it_whatever_its_number(tmp_path: Path) -> None:
    def play(peer: Peer) -> None:
        peer.send(data(1, b"x" * 512))
        peer.hear()
        peer.send(data(9, b"late"))

    with Peer(play) as server:
        made = fetched(server, tmp_path / "a")
    assert str(made) == "returned None"
    assert made.printed.endswith("All is here.\n")
    assert (tmp_path / "a").read_bytes() == b"x" * 512


def test_an_error_first_is_printed_by_its_number_and_crashes_it(tmp_path: Path) -> None:
    with Peer(lambda peer: peer.send(b"\0\x05\0\x01File not found\0")) as server:
        made = fetched(server, tmp_path / "a")
    assert made.error == "AttributeError: 'NoneType' object has no attribute 'close'"
    assert made.printed == "Error 1\n"
    assert not (tmp_path / "a").exists()


def test_an_error_midway_removes_the_file_even_an_older_one(tmp_path: Path) -> None:
    def play(peer: Peer) -> None:
        peer.send(data(1, bytes(512)))
        peer.hear()
        peer.send(b"\0\x05\0\x00\0")

    (tmp_path / "a").write_bytes(b"of yesterday")
    with Peer(play) as server:
        assert fetched(server, tmp_path / "a").outcome == "returned"
    assert not (tmp_path / "a").exists()


def test_a_second_download_makes_the_file_longer(tmp_path: Path) -> None:
    for expected in (b"hello", b"hellohello"):
        with Peer(lambda peer: peer.send(data(1, b"hello"))) as server:
            fetched(server, tmp_path / "a")
        assert (tmp_path / "a").read_bytes() == expected


def test_when_it_is_ended_half_a_file_stays(tmp_path: Path) -> None:
    with Peer(lambda peer: peer.send(data(1, bytes(512)))) as server:
        made = fetched(server, tmp_path / "a", SHORT_S)
    assert made.outcome == "hung"
    assert (tmp_path / "a").exists()


def test_a_packet_of_one_byte_crashes_it(tmp_path: Path) -> None:
    with Peer(lambda peer: peer.send(b"\0")) as server:
        made = fetched(server, tmp_path / "a")
    assert made.error == "error: unpack requires a buffer of 4 bytes"


def test_after_block_65535_comes_0(tmp_path: Path) -> None:
    def play(peer: Peer) -> None:
        for number in range(1, 65_538):
            block = number % 65_536
            peer.send(data(block, bytes(512) if number < 65_537 else b"end"))
            peer.hear()

    peer = Peer(play)
    with peer as server:
        made = fetched(server, tmp_path / "a", 10 * DEADLINE_S)
    assert str(made) == "returned None"
    assert (tmp_path / "a").stat().st_size == 65_536 * 512 + 3
    assert peer.heard[-3:] == [b"\0\x04\xff\xff", b"\0\x04\0\0", b"\0\x04\0\x01"]
