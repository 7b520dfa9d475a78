"""How much memory lies in the sockets of this thread's network namespace.

What is sent and not yet received belongs to no process, so no limit of a process holds it; nor
do descriptors tell, because a socket may itself lie in another. Exact lists are slow where the
machine is large, so they are asked for only when a cheap sum says that it may be worth it.
"""

import os
import socket
import struct
from collections.abc import Iterator

__all__ = ["SOCKET_BYTES", "buffered_bytes", "unix_bytes"]

_SUSPECT_SOCKETS = 64  # fewer cannot hold much
_SUSPECT_BYTES = 128 << 20  # in all TCP or UDP sockets of the machine
_USUAL_BYTES = 2 * 212_992  # the most that a socket holds where nobody has changed it
SOCKET_BYTES = 3 << 10  # of the kernel's for a socket that holds nothing, a TCP one
_PAGE = os.sysconf("SC_PAGE_SIZE")

_NETLINK_SOCK_DIAG = 4  # sock_diag(7)
_BY_FAMILY, _DONE, _ERROR = 20, 3, 2
_ALL = 0x301  # NLM_F_REQUEST | NLM_F_DUMP
_SHOW_QUEUES, _SHOW_MEMORY = 0x10, 0x20
_QUEUES, _MEMORY = 4, 5  # UNIX_DIAG_RQLEN: two numbers; UNIX_DIAG_MEMINFO
_WRITTEN = 2  # SK_MEMINFO_WMEM_ALLOC
_HEADER = struct.Struct("=IHHII")  # netlink(7)
_REQUEST = struct.Struct("=BBHIIIII")  # unix_diag_req
_ATTRIBUTE = struct.Struct("=HH")
_ENTRY = 16  # bytes of a unix_diag_msg


def buffered_bytes() -> int:
    """Return the bytes of all sockets of the namespace; of those in them only if there may be
    many."""
    counts = _counts()
    total = counts["sockets", "used"] * SOCKET_BYTES
    if counts["sockets", "used"] > _SUSPECT_SOCKETS:
        total += unix_bytes()
    for protocol in ("TCP", "UDP"):
        if counts[protocol, "mem"] * _PAGE > _SUSPECT_BYTES:
            total += sum(map(_listed, (protocol.lower(), f"{protocol.lower()}6")))
    return total


def _counts() -> dict[tuple[str, str], int]:
    """Return what sockstat says, in a form such as ("TCP", "mem"): pages."""
    found = {}
    with open("/proc/thread-self/net/sockstat", encoding="ascii") as file:
        for line in file:
            kind, _, rest = line.partition(":")
            words = rest.split()
            for name, number in zip(words[::2], words[1::2], strict=True):
                found[kind, name] = int(number)
    return found


def _listed(protocol: str) -> int:
    try:
        with open(f"/proc/thread-self/net/{protocol}", encoding="ascii") as file:
            queues = [line.split()[4].split(":") for line in list(file)[1:]]
    except FileNotFoundError:
        return 0  # without IPv6
    return sum(int(part, 16) for both in queues for part in both)


def unix_bytes() -> int:
    """Return what the Unix sockets of the namespace hold, in bytes.

    It is charged to who wrote it. A socket that was closed before all was read is in no list,
    but still counted: it is taken to be full.
    """
    request = _REQUEST.pack(socket.AF_UNIX, 0, 0, 0xFFFFFFFF, 0, _SHOW_QUEUES | _SHOW_MEMORY, 0, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_SOCK_DIAG) as sock:
        sock.send(_HEADER.pack(_HEADER.size + len(request), _BY_FAMILY, _ALL, 1, 0) + request)
        held = [max(_held(attributes)) for attributes in _entries(sock)]
    return sum(held) + max(0, _unix_sockets() - len(held)) * _full()


def _unix_sockets() -> int:
    with open("/proc/thread-self/net/protocols", encoding="ascii") as file:
        return sum(int(line.split()[2]) for line in file if line.startswith("UNIX"))


def _full() -> int:
    try:
        with open("/proc/sys/net/core/wmem_max", encoding="ascii") as file:
            return 2 * int(file.read())  # SO_SNDBUF, socket(7)
    except FileNotFoundError:
        return _USUAL_BYTES  # an older kernel shows it outside only


def _held(attributes: bytes) -> tuple[int, int]:
    unread = written = place = 0
    while place + _ATTRIBUTE.size <= len(attributes):
        size, kind = _ATTRIBUTE.unpack_from(attributes, place)
        content = place + _ATTRIBUTE.size
        if kind == _QUEUES:
            (unread,) = struct.unpack_from("=I", attributes, content)
        elif kind == _MEMORY:
            (written,) = struct.unpack_from("=I", attributes, content + 4 * _WRITTEN)
        place += max(size + 3 & ~3, _ATTRIBUTE.size)
    return unread, written


def _entries(sock: socket.socket) -> Iterator[bytes]:
    """Yield the attributes of each socket that the kernel tells of."""
    while True:
        part = sock.recv(1 << 16)
        place = 0
        while place + _HEADER.size <= len(part):
            size, kind, *_ = _HEADER.unpack_from(part, place)
            if kind in (_DONE, _ERROR):  # an error: a kernel that cannot tell
                return
            yield part[place + _HEADER.size + _ENTRY : place + size]
            place += size + 3 & ~3
