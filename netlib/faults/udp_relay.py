"""A bad network for datagrams (RFC 768): it loses, doubles, delays, swaps, spoils, forges.

What it does not have: the network's size and speed, fragments, multicast.
"""

import contextlib
import socket
from dataclasses import dataclass, replace

from netlib.faults.loop import Loop
from netlib.faults.relay import Relay
from netlib.faults.udp_ports import Ports
from netlib.schedule import DATAGRAMS
from netlib.schedule.datagrams import Crossing, Passage
from netlib.schedule.grammar import LARGEST
from netlib.trace import Address

__all__ = ["UDPRelay"]


class UDPRelay(Relay):
    """A network between any number of UDP clients and one target.

    Clients send to the address that the with-block gets; each has a socket of its own
    towards the target, so replies find their way. What comes from another port behind the
    relay reaches the client from another port in front of it, one for each: so TFTP's
    transfer identifiers (RFC 1350, section 4) and strangers can be seen. Datagrams of up to
    65,507 bytes pass, empty ones too. The same schedule and the same traffic give the same
    trace.

    Where nobody listens, the front port is closed as well, so that clients get what a real
    network sends, ICMP's "port unreachable" (Linux; elsewhere it is silence). Only the
    datagram that finds out that a target has gone is lost without a word.

    When a fault is unrealistic: truncate and corrupt, nearly always, as UDP's checksum takes
    such datagrams away: read them as a broken program at the other end. delay and reorder of
    more than a second, and reorder where the next datagram is sent long after: it waits for
    the next in its direction, and if none comes before the with-block ends, it is lost (so
    is what is delayed for longer). Loss that hits the same datagram in every run. A
    stranger is rare on the Internet, and common where ports are used again soon.
    """

    kind = "udp"
    words = DATAGRAMS

    def check(self) -> None:
        for fault in self.faults.faults:
            if fault.number == 0:
                raise ValueError(f"datagrams are counted from 1; got {str(fault)!r}")

    def start(self, front: socket.socket, loop: Loop) -> "_Run":
        return _Run(self, front, loop)


@dataclass(frozen=True, slots=True)
class _Way:
    """Between whom a datagram goes: peer is the address behind the relay."""

    client: Address
    peer: Address


class _Run:
    def __init__(self, relay: UDPRelay, front: socket.socket, loop: Loop) -> None:
        self.relay, self.loop = relay, loop
        self.passages: dict[bool, Passage[_Way]] = {
            reply: Passage(relay.faults, reply=reply, lane=lambda way: way.client)
            for reply in (False, True)
        }
        self.planned: dict[bool, float | None] = {False: None, True: None}  # when to go on
        self.names: dict[Address, str] = {}
        self.ports = Ports(front, relay.resolved, relay.far_host, loop, self.arrive)

    def close(self) -> None:
        """Lose what is still on its way, and close what was opened."""
        for reply, passage in self.passages.items():
            for crossing in passage.end():
                self.record(crossing, reply)
        self.ports.close()

    def arrive(self, data: bytes, reply: bool, client: Address, peer: Address) -> None:
        """Take a datagram that has come to the relay."""
        if client not in self.names:
            self.names[client] = self.relay.new_client()
        self.passages[reply].feed(_Way(client, peer), data, self.relay.clock.now())
        self.go_on(reply)

    def go_on(self, reply: bool) -> None:
        """Deliver what has crossed by now, and come back for what has not."""
        passage = self.passages[reply]
        for crossing in passage.arriving(self.relay.clock.now()):
            if crossing.fate == "lost":
                self.record(crossing, reply)
            elif crossing.fate == "forged":
                self.forge(crossing, reply)
            else:
                self.deliver(crossing, reply)
        due, planned = passage.due(), self.planned[reply]
        if due is not None and (planned is None or due < planned):
            self.planned[reply] = due
            self.loop.at(due, lambda: self.come_back(reply))

    def come_back(self, reply: bool) -> None:
        """Go on when something is due."""
        self.planned[reply] = None
        self.go_on(reply)

    def forge(self, crossing: Crossing[_Way], reply: bool) -> None:
        """Send a packet from a third port."""
        host = self.ports.near_host if reply else self.ports.far_host
        to = crossing.way.client if reply else crossing.way.peer
        with contextlib.suppress(OSError):  # no descriptor is left: then there is no stranger
            sock = self.ports.stranger(host, self.answered)
            ends = self.relay.new_stranger(), self.ends(crossing.way, reply)[1]
            wire = sock.getsockname(), to
            self.relay.record(ends, wire, crossing.data, "forged", faults=crossing.faults)
            sock.sendto(crossing.data, to)

    def answered(self, stranger: socket.socket) -> None:
        """Record what is sent back to a stranger (TFTP answers ERROR 5 there)."""
        with contextlib.suppress(OSError):
            data, source = stranger.recvfrom(LARGEST)
            ends = self.names.get(source, self.relay.names[1]), self.relay.new_stranger()
            self.relay.record(ends, (source, stranger.getsockname()), data)

    def deliver(self, crossing: Crossing[_Way], reply: bool) -> None:
        """Send a datagram on to where it goes."""
        client, peer = crossing.way.client, crossing.way.peer
        try:
            if reply:
                sock, to = self.ports.front(peer), client
            else:
                sock, to = self.ports.behind(client), peer
        except OSError:  # no descriptor is left: a network loses it
            self.record(replace(crossing, fate="lost"), reply)
            return
        index = self.record(crossing, reply)  # before it is sent: who has it, finds it in the trace
        if not _send(sock, crossing.data, to) and index is not None:
            self.relay.trace.amend(index, fate="lost")

    def record(self, crossing: Crossing[_Way], reply: bool) -> int | None:
        """Add it to the trace."""
        client, peer = crossing.way.client, crossing.way.peer
        front = self.ports.bound.get(peer) or self.ports.bound[self.relay.resolved]
        sent = None if crossing.sent is None else crossing.sent - self.relay.began
        return self.relay.record(
            self.ends(crossing.way, reply),
            (front, client) if reply else (client, front),
            crossing.data,
            crossing.fate,
            sent=sent,
            faults=crossing.faults,
        )

    def ends(self, way: _Way, reply: bool) -> tuple[str, str]:
        client, target = self.names[way.client], self.relay.names[1]
        return (target, client) if reply else (client, target)


def _send(sock: socket.socket, data: bytes, to: Address) -> bool:
    for _ in range(3):  # each ICMP error of an earlier datagram fails one call; this one waits
        try:
            sock.sendto(data, to)
        except ConnectionRefusedError:
            continue
        except OSError:  # a full queue, no route: a network loses it
            return False
        return True
    return False
