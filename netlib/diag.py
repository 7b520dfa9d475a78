"""What the kernel knows of a socket on loopback, also of another program's (sock_diag(7)).

Only on Linux, and only in the network namespace of the caller; elsewhere every answer is None.
"""

import socket
import struct

__all__ = ["bound", "taken"]

_NETLINK_SOCK_DIAG = 4
_DUMP_ONE, _REQUEST = 20, 1  # SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST
_HEADER = struct.Struct("=IHHII")  # struct nlmsghdr
_QUEUE = _HEADER.size + 4 + 48 + 4  # idiag_rqueue of struct inet_diag_msg, after the times
_ATTRIBUTES = _HEADER.size + 72  # after that struct
_INFO, _RECEIVED = 2, 128  # INET_DIAG_INFO; tcpi_bytes_received in its struct tcp_info
_ERROR, _NO_SUCH_SOCKET = 2, -2  # NLMSG_ERROR, -ENOENT
_ANY = 0xFFFFFFFF

# struct inet_diag_req_v2: family, protocol, extensions, states; ports; addresses;
# interface, cookie
_REQUEST_BODY = struct.Struct("=BBBxI2s2s16s16sIII")

Address = tuple[str, int]


def taken(reader: Address, writer: Address) -> int | None:
    """Return how many bytes of a TCP connection the program at reader has read so far.

    None: the kernel does not tell, or there is no such connection.
    """
    answer = _ask(socket.IPPROTO_TCP, reader, writer)
    if not answer:
        return None
    (waiting,) = struct.unpack_from("=I", answer, _QUEUE)
    at = _ATTRIBUTES
    while at + 4 <= len(answer):
        size, kind = struct.unpack_from("=HH", answer, at)
        if kind == _INFO and size >= 4 + _RECEIVED + 8:
            (received,) = struct.unpack_from("=Q", answer, at + 4 + _RECEIVED)
            return int(received - waiting)
        at += max(size + -size % 4, 4)
    return None


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
    hosts = [
        socket.inet_pton(family, host.partition("%")[0]).ljust(16, b"\0")
        for host, *_ in (source, destination)
    ]
    ports = [struct.pack("!H", address[1]) for address in (source, destination)]
    body = _REQUEST_BODY.pack(family, protocol, 1 << _INFO - 1, _ANY, *ports, *hosts, 0, _ANY, _ANY)
    header = _HEADER.pack(_HEADER.size + len(body), _DUMP_ONE, _REQUEST, 1, 0)
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_SOCK_DIAG) as kernel:
            kernel.setblocking(False)  # the answer is there when send() returns
            kernel.send(header + body)
            answer = kernel.recv(8192)
    except OSError:
        return None
    if len(answer) < _HEADER.size + 4:
        return None
    if _HEADER.unpack_from(answer)[1] == _ERROR:
        (error,) = struct.unpack_from("=i", answer, _HEADER.size)
        return b"" if error == _NO_SUCH_SOCKET else None
    return answer if len(answer) >= _QUEUE + 4 else None
