"""Netlink messages as bytes and as values (RFC 3549; linux/netlink.h).

A request goes out, the bodies of its answers come back. What the bodies mean is the business
of the modules about links (lan.rtnetlink), NAT (lan.nat) and sockets (states.diag).
"""

import os
import socket
import struct
from collections.abc import Callable, Iterator, Sequence

__all__ = [
    "ACK",
    "CREATE",
    "DUMP",
    "EXCL",
    "Netlink",
    "answers",
    "attribute",
    "attributes",
    "message",
    "nested",
]

REQUEST, ACK, DUMP = 0x1, 0x4, 0x300
EXCL, CREATE = 0x200, 0x400
_NESTED = 0x8000  # NLA_F_NESTED
_ERROR, _DONE = 2, 3  # NLMSG_ERROR (0 in it is the acknowledgement), NLMSG_DONE
_HEADER = struct.Struct("=IHHII")  # length, type, flags, sequence number, port
_ATTRIBUTE = struct.Struct("=HH")  # length, type
_DATAGRAM_BYTES = 1 << 16  # a dump comes in datagrams of at most 32 KiB


def attribute(kind: int, value: bytes | str | int) -> bytes:
    """Return one attribute; a str gets its end mark, an int is 32 bits of the machine's order."""
    if isinstance(value, int):
        value = struct.pack("=I", value)
    elif isinstance(value, str):
        value = value.encode() + b"\0"
    return _ATTRIBUTE.pack(len(value) + 4, kind) + value + bytes(-len(value) % 4)


def nested(kind: int, *parts: bytes) -> bytes:
    """Return an attribute that is made of attributes."""
    return attribute(kind | _NESTED, b"".join(parts))


def attributes(data: bytes) -> dict[int, bytes]:
    """Return the attributes in data by their kind."""
    found = {}
    while len(data) >= _ATTRIBUTE.size:
        length, kind = _ATTRIBUTE.unpack_from(data)
        found[kind & 0x3FFF] = data[_ATTRIBUTE.size : length]
        data = data[max((length + 3) & ~3, _ATTRIBUTE.size) :]
    return found


def message(kind: int, flags: int, body: bytes, sequence: int = 0) -> bytes:
    """Return a whole request."""
    return _HEADER.pack(_HEADER.size + len(body), kind, flags | REQUEST, sequence, 0) + body


def answers(sock: socket.socket, sequence: int = 0) -> Iterator[bytes]:
    """Yield the bodies of the answers to the request with that number, up to their end.

    The end is an acknowledgement or that of a dump: who asked for neither must stop by himself.

    Raises:
        OSError: the kernel refused.
    """
    while True:
        data = sock.recv(_DATAGRAM_BYTES)
        while data:
            length, kind, _, number, _ = _HEADER.unpack_from(data)
            body, data = data[_HEADER.size : length], data[(length + 3) & ~3 :]
            if number != sequence:
                continue  # left from a dump that was interrupted
            if kind in (_DONE, _ERROR):  # the end of a dump may be an error, too
                (error,) = struct.unpack_from("=i", body)
                if error:
                    raise OSError(-error, os.strerror(-error))
                return
            yield body


class Netlink:
    """A netlink socket of one network. It may be used by one thread at a time.

    Args:
        make: returns the descriptor of a new socket, of the family and kind that it is given.
        protocol: NETLINK_ROUTE (0) or NETLINK_NETFILTER (12).
    """

    def __init__(self, make: Callable[[int, int, int], int], protocol: int = 0) -> None:
        family, kind = socket.AF_NETLINK, socket.SOCK_RAW
        self._sock = socket.socket(family, kind, protocol, make(family, kind, protocol))
        self._sequence = 0

    def __enter__(self) -> "Netlink":
        return self

    def __exit__(self, *_: object) -> None:
        self._sock.close()

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self._sock.fileno()

    def exchange(self, kind: int, flags: int, body: bytes) -> list[bytes]:
        """Send a request, return the bodies of its answers up to their end.

        Raises:
            OSError: the kernel refused.
        """
        self._sequence += 1
        self._sock.send(message(kind, flags, body, self._sequence))
        return list(answers(self._sock, self._sequence))

    def transact(self, requests: Sequence[bytes]) -> None:
        """Send messages that ask for acknowledgement as one datagram, in order.

        Raises:
            OSError: the kernel refused; of several refusals, the first.
        """
        self._sock.send(b"".join(requests))
        for _ in requests:
            list(answers(self._sock))
