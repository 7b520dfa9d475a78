"""The judge's own endpoints: sockets that a rule plays the network with.

Arrival times are the kernel's (SO_TIMESTAMPNS, socket(7)), so a rule that reads late still
learns when each datagram came.
"""

import os
import socket
import struct
from dataclasses import dataclass

__all__ = ["Datagram", "Lent", "UDPPeer"]

_SO_TIMESTAMPNS = 35  # Linux, asm-generic/socket.h; Python has no name for it
_TIMESPEC = struct.Struct("@ll")
LARGEST = 65_507  # bytes: 65,535 less the headers of IPv4 and UDP


@dataclass(frozen=True, slots=True)
class Datagram:
    """A datagram that arrived.

    Attributes:
        source: where it came from.
        time: the kernel's clock in seconds, for differences.
        at: the address of ours that it came to.
    """

    data: bytes
    source: tuple[str, int]
    time: float
    at: tuple[str, int]


class UDPPeer:
    """A bound UDP socket of ours, or one to lend to the learner's code."""

    def __init__(self, host: str, port: int) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self.sock.bind((host, port))
        self.address: tuple[str, int] = self.sock.getsockname()

    def receive(self) -> Datagram | None:
        """Return the next datagram that has arrived, or None."""
        space = socket.CMSG_SPACE(_TIMESPEC.size)
        try:
            data, ancillary, _, source = self.sock.recvmsg(LARGEST + 1, space, socket.MSG_DONTWAIT)
        except OSError:  # nothing there, or an ICMP error about something sent before
            return None
        arrived = 0.0
        for level, kind, content in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, _SO_TIMESTAMPNS):
                seconds, nanoseconds = _TIMESPEC.unpack(content[: _TIMESPEC.size])
                arrived = seconds + nanoseconds / 1e9
        return Datagram(data, source, arrived, self.address)

    def close(self) -> None:
        """Close the socket."""
        self.sock.close()


class Lent:
    """A stream's socket to hand to the learner's code; then our copy is closed, so that its end is
    the end of the connection.

    Attributes:
        name: what /proc calls it.
        called: what the story calls it.
    """

    def __init__(self, sock: socket.socket, called: str = "sock") -> None:
        self.sock, self.address, self.called = sock, sock.getsockname(), called
        self.name = f"socket:[{os.fstat(sock.fileno()).st_ino}]"

    def close(self) -> None:
        """Close our copy."""
        self.sock.close()
