"""Netlink messages as bytes and as values (RFC 3549; linux/netlink.h).

An exchange sends one request and returns the bodies of the answers. What the bodies mean is
the business of the modules about links (rtnetlink) and about NAT (nat).
"""

import os
import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType

__all__ = [
    "ACK",
    "APPEND",
    "CREATE",
    "DUMP",
    "EXCL",
    "REPLACE",
    "Netlink",
    "attribute",
    "attributes",
    "message",
    "nested",
]

REQUEST, ACK, DUMP = 0x1, 0x4, 0x300
REPLACE, EXCL, CREATE, APPEND = 0x100, 0x200, 0x400, 0x800
_NESTED = 0x8000  # NLA_F_NESTED
_ERROR, _DONE = 2, 3  # NLMSG_ERROR (0 in it is the acknowledgement), NLMSG_DONE
_HEADER = struct.Struct("=IHHII")  # length, type, flags, sequence number, port
_DATAGRAM_BYTES = 1 << 16  # a dump comes in datagrams of at most 32 KiB


def attribute(kind: int, value: bytes | str | int) -> bytes:
    """Return one attribute; a str gets its end mark, an int is 32 bits of the machine's order."""
    if isinstance(value, int):
        value = struct.pack("=I", value)
    elif isinstance(value, str):
        value = value.encode() + b"\0"
    return struct.pack("=HH", len(value) + 4, kind) + value + bytes(-len(value) % 4)


def nested(kind: int, *parts: bytes) -> bytes:
    """Return an attribute that is made of attributes."""
    return attribute(kind | _NESTED, b"".join(parts))


def attributes(data: bytes) -> dict[int, bytes]:
    """Return the attributes in data by their kind."""
    found = {}
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        found[kind & 0x3FFF] = data[4:length]
        data = data[max((length + 3) & ~3, 4) :]
    return found


def message(kind: int, flags: int, body: bytes, sequence: int = 0) -> bytes:
    """Return a whole request."""
    return _HEADER.pack(_HEADER.size + len(body), kind, flags | REQUEST, sequence, 0) + body


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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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
        found = []
        for kind, body in self._answers():
            if kind == _ERROR:
                _check(body)
                break
            found.append(body)
        return found

    def transact(self, requests: Sequence[bytes]) -> None:
        """Send messages that ask for acknowledgement as one datagram, in order.

        Raises:
            OSError: the kernel refused; of several refusals, the first.
        """
        self._sock.send(b"".join(requests))
        for _ in requests:
            for kind, body in self._answers():
                if kind == _ERROR:
                    _check(body)

    def _answers(self) -> Iterator[tuple[int, bytes]]:
        while True:
            data = self._sock.recv(_DATAGRAM_BYTES)
            while data:
                length, kind, *_ = _HEADER.unpack_from(data)
                if kind == _DONE:
                    return
                yield kind, data[_HEADER.size : length]
                if kind == _ERROR:
                    return
                data = data[(length + 3) & ~3 :]


def _check(body: bytes) -> None:
    (number,) = struct.unpack_from("=i", body)
    if number:
        raise OSError(-number, os.strerror(-number))
