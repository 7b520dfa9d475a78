"""The hosts of a network on loopback: those that answer, or all of them with one ear.

All of 127.0.0.0/8 is this machine (RFC 1122 section 3.2.1.3): so a socket that is bound to no
address hears what is sent to any host there, and the kernel says to which (IP_PKTINFO, ip(7)).
"""

import socket
import struct
from collections.abc import Sequence

from autograder.clock import CLOCK
from autograder.deadlines import CALL_S
from autograder.network import Reply, Steps, Talker, UDPPeer
from autograder.network.sockets import Datagram
from autograder.text import Text
from autograder.text.observed import TooLate

__all__ = ["HOSTS", "Everywhere", "on_one_port"]

HOSTS = Text("hosts", "各主机")

_IP_PKTINFO = 8  # Linux, linux/in.h
_SO_MEMINFO = 55  # Linux, asm-generic/socket.h
_MEMINFO = struct.Struct("=9I")  # SK_MEMINFO_*, linux/sock_diag.h: the last are the drops
_BUFFER = 1 << 20
_TRIES = 50  # of ports, of which another program may hold any on one of the addresses


def on_one_port(steps: Steps, parties: Sequence[tuple[Text, str]]) -> list[Talker]:
    """Return talkers on these addresses, all with the same port, which nobody else has there."""
    for _ in range(_TRIES):
        peers = [steps.own_socket(parties[0][1])]
        try:
            for _, address in parties[1:]:
                peers.append(steps.own_socket(address, peers[0].address[1]))
        except OSError:
            for peer in peers:
                peer.close()
            continue
        names = [name for name, _ in parties]
        return [
            Talker(steps, name, peer, steps.own_socket)
            for name, peer in zip(names, peers, strict=True)
        ]
    raise RuntimeError("expected a port that is free on all addresses; found none")


class Everywhere(UDPPeer):
    """An ear that hears what is sent to any address of this machine, at a port of its own."""

    def __init__(self, steps: Steps) -> None:
        peer = steps.own_socket("0.0.0.0")  # which steps closes
        self.sock, self.address = peer.sock, peer.address
        self.sock.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        self._steps = steps

    @property
    def port(self) -> int:
        """Its port."""
        return self.address[1]

    def receive(self) -> Datagram | None:
        """Return the next datagram that has arrived, or None; `at` is to which address."""
        try:
            data, more, _, source = self.sock.recvmsg(1 << 16, 256, socket.MSG_DONTWAIT)
        except OSError:
            return None
        to = "0.0.0.0"
        for level, kind, content in more:
            if (level, kind) == (socket.IPPROTO_IP, _IP_PKTINFO):
                to = socket.inet_ntoa(content[8:12])
        return Datagram(data, source, 0.0, (to, self.port))

    def asked(self, reply: Reply) -> list[str]:
        """Return which addresses were written to, in order, until a call ended or hung.

        Raises TooLate if so much came that the kernel dropped some of it.
        """
        end, came = CLOCK.limit(CALL_S), []
        while not reply.ended and not CLOCK.passed(end):
            datagram = self._steps.wait((self,), end, lambda: reply.ended)
            if datagram is not None:
                came.append(datagram.at[0])
        while (datagram := self.receive()) is not None:
            came.append(datagram.at[0])
        if self.dropped():
            raise TooLate
        return came

    def dropped(self) -> int:
        """Return how many datagrams the kernel has dropped because the buffer was full."""
        found = self.sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size)
        return int(_MEMINFO.unpack(found)[-1])
