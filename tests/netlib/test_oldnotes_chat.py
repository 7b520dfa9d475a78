"""The chat of the old notes still fails as chapter 05 says: on one byte, and at its end."""

import socket
from collections.abc import Iterator

import pytest

from netlib.deadlines import stretched
from netlib.oldnotes import chat

DEADLINE_S = stretched(30)


@pytest.fixture
def friend() -> Iterator[socket.socket]:
    """Somebody who chats with it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as friend:
        friend.bind(("127.0.0.1", 0))
        friend.settimeout(DEADLINE_S)
        yield friend


def test_both_hear_each_other_in_gbk(friend: socket.socket) -> None:
    with chat.running(friend.getsockname()) as program:
        program.type("你好")
        data, address = friend.recvfrom(99)
        assert (data, address) == ("你好".encode("gbk"), program.address)
        friend.sendto("在吗".encode("gbk"), address)
        assert program.shows("=====>在吗", DEADLINE_S)  # the prompt may stand anywhere
        assert "\r" in program.screen
        assert program.alive
    assert not program.alive


def test_ctrl_c_does_not_end_it(friend: socket.socket) -> None:
    with chat.running(friend.getsockname()) as program:
        program.interrupt()
        assert program.shows("KeyboardInterrupt", DEADLINE_S)
        assert not program.ends(0.2)
        program.type("still here")
        assert friend.recvfrom(99)[0] == b"still here"


def test_after_one_bad_byte_it_is_deaf_and_sends_on(friend: socket.socket) -> None:
    with chat.running(friend.getsockname()) as program:
        friend.sendto(b"\xff", program.address)
        assert program.shows("UnicodeDecodeError", DEADLINE_S)
        friend.sendto("再见".encode("gbk"), program.address)
        assert not program.shows("再见", 0.2)
        program.type("anybody?")
        assert friend.recvfrom(99)[0] == b"anybody?"
