import errno
import socket
import struct
from collections.abc import Iterator

import pytest

from netlib.netlink import answers, attribute, attributes, message, nested

DONE, ERROR, DATA = 3, 2, 24


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends between which datagrams keep their size, as they do to the kernel."""
    ours, kernel = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, kernel:
        ours.setblocking(False)
        yield ours, kernel


def padded(kind: int, body: bytes, sequence: int) -> bytes:
    return message(kind, 0, body, sequence) + bytes(-len(body) % 4)


def test_a_request_is_what_the_kernel_reads() -> None:
    assert message(20, 0x300, b"abc", 7) == struct.pack("=IHHII", 19, 20, 0x301, 7, 0) + b"abc"


def test_attributes_are_read_as_they_were_written() -> None:
    data = attribute(3, "eth0") + attribute(4, 7) + nested(5, attribute(1, b"x"), attribute(2, b""))
    found = attributes(data)
    assert found[3] == b"eth0\0" and found[4] == struct.pack("=I", 7)
    assert attributes(found[5]) == {1: b"x", 2: b""}
    assert len(data) % 4 == 0


@pytest.mark.parametrize("data", [b"", b"\5", bytes(4), bytes(400), b"\xff" * 9, b"\3\0\1\0rest"])
def test_attributes_that_lie_about_their_size_end(data: bytes) -> None:
    assert len(attributes(data)) <= 2


@pytest.mark.parametrize("parts", [1, 2, 4])
def test_a_dump_is_the_bodies_up_to_its_end(
    ends: tuple[socket.socket, socket.socket], parts: int
) -> None:
    ours, kernel = ends
    messages = [padded(DATA, body, 9) for body in (b"one", b"two", b"three")]
    messages.append(padded(DONE, bytes(4), 9))
    size = 4 // parts
    for begin in range(0, 4, size):
        kernel.send(b"".join(messages[begin : begin + size]))
    assert list(answers(ours, 9)) == [b"one", b"two", b"three"]


def test_what_an_interrupted_dump_left_is_passed_over(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, kernel = ends
    kernel.send(padded(DATA, b"old", 8) + padded(DONE, struct.pack("=i", -5), 8))
    kernel.send(padded(DATA, b"new", 9) + padded(ERROR, bytes(4), 9))
    assert list(answers(ours, 9)) == [b"new"]


@pytest.mark.parametrize("kind", [DONE, ERROR])
def test_a_refusal_is_an_os_error_with_its_number(
    ends: tuple[socket.socket, socket.socket], kind: int
) -> None:
    ours, kernel = ends
    kernel.send(padded(DATA, b"one", 9) + padded(kind, struct.pack("=i", -errno.ENOENT), 9))
    with pytest.raises(FileNotFoundError, match="No such file"):
        list(answers(ours, 9))
