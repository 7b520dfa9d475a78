"""What the kernel knows of a socket on loopback, also of another program's (sock_diag(7)).

Only on Linux, and only in the network namespace of the caller; elsewhere every answer is None.
"""

import errno
import socket
import struct

from netlib.netlink import answers, attributes
from netlib.states.diag import INFO, SOCK_DIAG, request
from netlib.trace import Address

__all__ = ["bound", "taken"]

_ENDS = struct.Struct("!HH16s16sIII")  # inet_diag_sockid: ports; addresses; interface, cookie
_MESSAGE = struct.Struct("=56xI12x")  # of struct inet_diag_msg, the receive queue
_RECEIVED = struct.Struct("=128xQ")  # of struct tcp_info, tcpi_bytes_received
_ANY = 0xFFFFFFFF


def taken(reader: Address, writer: Address) -> int | None:
    """Return how many bytes of a TCP connection the program at reader has read so far.

    None: the kernel does not tell, or there is no such connection.
    """
    answer = _ask(socket.IPPROTO_TCP, reader, writer)
    if not answer:
        return None
    (waiting,) = _MESSAGE.unpack_from(answer)
    info = attributes(answer[_MESSAGE.size :]).get(INFO, b"")
    if len(info) < _RECEIVED.size:
        return None
    (received,) = _RECEIVED.unpack_from(info)
    return int(received - waiting)


def bound(address: Address) -> bool | None:
    """Tell whether a UDP socket would get what is sent to address; None: nobody knows."""
    nobody = ("::" if ":" in address[0] else "0.0.0.0", 9)
    answer = _ask(socket.IPPROTO_UDP, nobody, address)  # its source and destination are swapped
    return None if answer is None else answer != b""


def _ask(protocol: int, source: Address, destination: Address) -> bytes | None:
    """Return the kernel's message on one socket, b"" if there is none, None if it cannot tell."""
    if not hasattr(socket, "AF_NETLINK"):
        return None
    family = socket.AF_INET6 if ":" in source[0] else socket.AF_INET
    hosts = [socket.inet_pton(family, host.partition("%")[0]) for host, *_ in (source, destination)]
    ends = _ENDS.pack(source[1], destination[1], *hosts, 0, _ANY, _ANY)
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, SOCK_DIAG) as kernel:
            kernel.setblocking(False)  # the answer is there when send() returns
            kernel.send(request(family, protocol, (INFO,), 0, 1, ends))
            answer = next(answers(kernel, 1), b"")
    except OSError as error:
        return b"" if error.errno == errno.ENOENT else None
    return answer if len(answer) >= _MESSAGE.size else None
