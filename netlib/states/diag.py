"""Asks the kernel for the sockets of a network namespace (sock_diag(7)); what comes is bytes."""

import contextlib
import errno
import os
import socket
import struct
from collections.abc import Iterable

from netlib.errors import Unavailable
from netlib.netlink import DUMP, answers, message

__all__ = ["INFO", "MEMORY", "SOCK_DIAG", "ask", "dump", "open_diag", "request"]

SOCK_DIAG = 4  # NETLINK_SOCK_DIAG; it came after the first ones, so Python has no name for it
INFO, MEMORY = 2, 7  # INET_DIAG_INFO, INET_DIAG_SKMEMINFO
_BY_FAMILY = 20  # SOCK_DIAG_BY_FAMILY
_ALL_STATES = 0xFFFFFFFF
_REQUEST = struct.Struct("=BBBxI48s")  # inet_diag_req_v2: family, protocol, extras, states, ends
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
            sock.recv(1 << 16, socket.MSG_DONTWAIT)
    try:
        return list(answers(sock, ask(sock, family, protocol)))
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.EOPNOTSUPP, errno.EPROTONOSUPPORT):
            raise Unavailable(f"{_HOW}; here it says: {error.strerror}") from error
        raise


def ask(sock: socket.socket, family: int, protocol: int) -> int:
    """Send the question of dump(), return the number that its answers carry."""
    sequence = int.from_bytes(os.urandom(4), "little")
    sock.send(request(family, protocol, (INFO, MEMORY), DUMP, sequence))
    return sequence


def request(
    family: int,
    protocol: int,
    extras: Iterable[int],
    flags: int,
    sequence: int,
    ends: bytes = b"",
) -> bytes:
    """Return the question for one socket, or with DUMP among the flags for all of them.

    Args:
        extras: the attributes that the answers should have.
        ends: of the one socket, struct inet_diag_sockid.
    """
    wanted = sum(1 << extra - 1 for extra in extras)
    body = _REQUEST.pack(family, protocol, wanted, _ALL_STATES, ends)
    return message(_BY_FAMILY, flags, body, sequence)
