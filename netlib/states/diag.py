"""Asks the kernel for all sockets of a network namespace (sock_diag(7)); what comes is bytes."""

import contextlib
import errno
import os
import socket
import struct
from collections.abc import Iterator

from netlib.errors import Unavailable

__all__ = ["INFO", "MEMORY", "SOCK_DIAG", "ask", "attributes", "dump", "open_diag"]

SOCK_DIAG = 4  # NETLINK_SOCK_DIAG; it came after the first ones, so Python has no name for it
_BY_FAMILY, _REQUEST_DUMP = 20, 0x301  # SOCK_DIAG_BY_FAMILY; NLM_F_REQUEST | NLM_F_DUMP
_ERROR, _DONE = 2, 3  # NLMSG_ERROR, NLMSG_DONE
INFO, MEMORY = 2, 7  # INET_DIAG_INFO, INET_DIAG_SKMEMINFO
_ALL_STATES = 0xFFFFFFFF
_HEADER = struct.Struct("=IHHII")  # struct nlmsghdr: length, type, flags, sequence, port
_REQUEST = struct.Struct("=BBBxI48x")  # struct inet_diag_req_v2: family, protocol, extras, states
_NUMBER = struct.Struct("=i")  # an error, negative; 0 is none
_ATTRIBUTE = struct.Struct("=HH")  # struct nlattr: length, type
_DATAGRAM_BYTES = 1 << 16  # a dump comes in datagrams of at most 32 KiB
_HOW = "the states of sockets need Linux whose kernel was built with sock_diag"


def open_diag() -> socket.socket:
    """Return a netlink socket for dump(), born where the caller's sockets are.

    Raises:
        Unavailable: there is no such thing on this system.
    """
    if not hasattr(socket, "AF_NETLINK"):
        raise Unavailable(f"{_HOW}; this is another system")
    try:
        return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, SOCK_DIAG)
    except OSError as error:
        raise Unavailable(f"{_HOW}; here it says: {error.strerror}") from error


def dump(sock: socket.socket, family: int, protocol: int) -> list[bytes]:
    """Return the kernel's message (struct inet_diag_msg and attributes) on every socket.

    Args:
        sock: what open_diag() returns; it sees the namespace in which it was born.

    Raises:
        Unavailable: the kernel was built without this.
        OSError: the kernel refused otherwise.
    """
    with contextlib.suppress(BlockingIOError):  # what an interrupted dump left: else it is EBUSY
        while True:
            sock.recv(_DATAGRAM_BYTES, socket.MSG_DONTWAIT)
    return list(_answers(sock, ask(sock, family, protocol)))


def ask(sock: socket.socket, family: int, protocol: int) -> int:
    """Send the question of dump(), return the number that its answers carry."""
    sequence = int.from_bytes(os.urandom(4), "little")
    extras = 1 << INFO - 1 | 1 << MEMORY - 1
    body = _REQUEST.pack(family, protocol, extras, _ALL_STATES)
    sock.send(_HEADER.pack(_HEADER.size + len(body), _BY_FAMILY, _REQUEST_DUMP, sequence, 0) + body)
    return sequence


def attributes(data: bytes) -> dict[int, bytes]:
    """Return the attributes in data by their type."""
    found = {}
    while len(data) >= _ATTRIBUTE.size:
        length, kind = _ATTRIBUTE.unpack_from(data)
        found[kind] = data[_ATTRIBUTE.size : length]
        data = data[max(length + 3 & ~3, _ATTRIBUTE.size) :]
    return found


def _answers(sock: socket.socket, sequence: int) -> Iterator[bytes]:
    while True:
        data = sock.recv(_DATAGRAM_BYTES)
        while data:
            length, kind, _, number, _ = _HEADER.unpack_from(data)
            body, data = data[_HEADER.size : length], data[length + 3 & ~3 :]
            if number != sequence:
                continue  # left from a dump that was interrupted
            if kind in (_DONE, _ERROR):  # the end of a dump may be an error, too
                if error := -_NUMBER.unpack_from(body)[0]:
                    _refuse(error)
                return
            yield body


def _refuse(number: int) -> None:
    error = OSError(number, os.strerror(number))
    if number in (errno.ENOENT, errno.EOPNOTSUPP, errno.EPROTONOSUPPORT):
        raise Unavailable(f"{_HOW}; here it says: {error.strerror}") from error
    raise error
