"""The chat room of the old notes still fails as chapter 17 says: by a sleeper, and by a reset."""

import socket
import struct
from collections.abc import Iterator

import pytest

from netlib.deadlines import stretched
from netlib.oldnotes.room import chat_room
from netlib.serving import serving

DEADLINE_S = stretched(10)
RESET = struct.pack("ii", 1, 0)


@pytest.fixture
def people() -> Iterator[list[socket.socket]]:
    """Three people, of whom the third has little room."""
    made: list[socket.socket] = []
    yield made
    for sock in made:
        sock.close()


def joined(people: list[socket.socket], address: tuple[str, int]) -> list[socket.socket]:
    for buffer in (None, None, 8192):
        sock = socket.socket()
        people.append(sock)
        if buffer is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        sock.settimeout(DEADLINE_S)
        sock.connect(address)
    people[-1].sendall(b"!")  # who is accepted last speaks: so all are in the room
    for other in people[:-1]:
        assert other.recv(1) == b"!"
    return people


def test_three_people_hear_each_other(people: list[socket.socket]) -> None:
    with serving(chat_room, "tcp") as address:
        anna, ben, carl = joined(people, address)
        carl.sendall(b"hi\n")
        assert (anna.recv(9), ben.recv(9)) == (b"hi\n", b"hi\n")
        ben.close()
        anna.sendall(b"there?\n")
        heard = b""
        while not heard.endswith(b"there?\n"):
            heard += carl.recv(99)


def test_one_who_does_not_read_stops_the_room(people: list[socket.socket]) -> None:
    with serving(chat_room, "tcp", buffer=16_384) as address:
        anna, ben, carl = joined(people, address)
        ben.settimeout(0.5)
        lines = 0
        with pytest.raises(TimeoutError):
            while lines < 1000:
                anna.sendall(b"x" * 500)
                left = 500
                while left:
                    left -= len(ben.recv(left))
                lines += 1
        assert lines < 500
        carl.settimeout(0.5)
        with pytest.raises(TimeoutError):
            while carl.recv(65536):  # now the room goes on, and can be stopped
                pass


def test_a_reset_ends_the_room(people: list[socket.socket]) -> None:
    with pytest.raises(ConnectionResetError), serving(chat_room, "tcp") as address:
        anna, _, carl = joined(people, address)
        carl.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        carl.close()
        while anna.recv(99):  # the end of the program is the end of every connection
            pass
