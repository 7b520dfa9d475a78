"""A bad network for datagrams (RFC 768): it loses, doubles, delays, swaps, spoils, forges.

What it does not have: the network's size and speed, fragments, multicast.
"""

import contextlib
import itertools
import socket
from dataclasses import dataclass, replace

from netlib.faults.loop import Loop
from netlib.faults.relay import Relay
from netlib.faults.udp_ports import Ports
from netlib.schedule import DATAGRAMS, Fault
from netlib.schedule.datagrams import Plan, spoilt
from netlib.schedule.grammar import LARGEST
from netlib.trace import Address, Fate

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
class _Flight:
    """A datagram on its way, counted in its direction. data is as it will be delivered.

    peer is the address behind the relay: where it goes to, or came from.
    """

    number: int
    reply: bool
    data: bytes
    client: Address
    peer: Address
    fate: Fate = "delivered"
    sent: float | None = None
    faults: str = ""


class _Run:
    def __init__(self, relay: UDPRelay, front: socket.socket, loop: Loop) -> None:
        self.relay, self.loop = relay, loop
        self.plan = {reply: Plan(relay.faults, reply=reply) for reply in (False, True)}
        self.names: dict[Address, str] = {}
        self.count = {False: 0, True: 0}
        self.newest: dict[tuple[bool, Address], int] = {}
        self.delayed: dict[int, _Flight] = {}
        self.held: dict[bool, list[_Flight]] = {False: [], True: []}
        self.keys = itertools.count()
        self.ports = Ports(front, relay.resolved, relay.far_host, loop, self.arrive)

    def close(self) -> None:
        """Lose what is still on its way, and close what was opened."""
        for flight in (*self.delayed.values(), *self.held[False], *self.held[True]):
            self.record(replace(flight, fate="lost"))
        self.ports.close()

    def arrive(self, data: bytes, reply: bool, client: Address, peer: Address) -> None:
        self.count[reply] = number = self.count[reply] + 1
        if client not in self.names:
            self.names[client] = self.relay.new_client()
        plan, waiting = self.plan[reply], self.held[reply]
        faults = plan.at(number) if plan else None
        if not faults and not waiting:
            self.deliver(_Flight(number, reply, data, client, peer))
            return
        self.held[reply] = []
        self.harm(_Flight(number, reply, data, client, peer), faults or {})
        for flight in waiting:
            self.deliver(flight)

    def harm(self, flight: _Flight, faults: dict[str, Fault]) -> None:
        if "stranger" in faults:
            self.forge(flight, faults["stranger"])
        data, fate = spoilt(flight.data, faults)
        said = "; ".join(str(fault) for kind, fault in faults.items() if kind != "stranger")
        flight = replace(flight, data=data, fate=fate, faults=said)
        if "lose" in faults:
            self.record(replace(flight, fate="lost"))
            return
        copies = [flight]
        if "duplicate" in faults:
            copies.append(replace(flight, fate="duplicate"))
        for copy in copies:
            if "delay" in faults:
                self.delay(copy, faults["delay"].amount / 1000)
            elif "reorder" in faults:
                self.held[flight.reply].append(replace(copy, sent=self.relay.now()))
            else:
                self.deliver(copy)

    def delay(self, flight: _Flight, seconds: float) -> None:
        key = next(self.keys)
        self.delayed[key] = replace(flight, sent=self.relay.now())
        due = self.relay.clock.now() + seconds
        self.loop.at(due, lambda: self.deliver(self.delayed.pop(key)))

    def forge(self, flight: _Flight, fault: Fault) -> None:
        """Send a packet from a third port to where flight goes."""
        host = self.ports.near_host if flight.reply else self.ports.far_host
        to = flight.client if flight.reply else flight.peer
        data = b"stranger" if fault.data is None else fault.data
        with contextlib.suppress(OSError):  # no descriptor is left: then there is no stranger
            sock = self.ports.stranger(host, self.answered)
            ends = self.relay.new_stranger(), self.ends(flight)[1]
            self.relay.record(ends, (sock.getsockname(), to), data, "forged", faults=str(fault))
            sock.sendto(data, to)

    def answered(self, stranger: socket.socket) -> None:
        """Record what is sent back to a stranger (TFTP answers ERROR 5 there)."""
        with contextlib.suppress(OSError):
            data, source = stranger.recvfrom(LARGEST)
            ends = self.names.get(source, self.relay.names[1]), self.relay.new_stranger()
            self.relay.record(ends, (source, stranger.getsockname()), data)

    def deliver(self, flight: _Flight) -> None:
        lane = flight.reply, flight.client
        if flight.number < self.newest.get(lane, 0) and flight.fate == "delivered":
            flight = replace(flight, fate="late")
        self.newest[lane] = max(flight.number, self.newest.get(lane, 0))
        try:
            if flight.reply:
                sock, to = self.ports.front(flight.peer), flight.client
            else:
                sock, to = self.ports.behind(flight.client), flight.peer
        except OSError:  # no descriptor is left: a network loses it
            self.record(replace(flight, fate="lost"))
            return
        index = self.record(flight)  # before it is sent: who has it, finds it in the trace
        if not _send(sock, flight.data, to) and index is not None:
            self.relay.trace.amend(index, fate="lost")

    def record(self, flight: _Flight) -> int | None:
        front = self.ports.bound.get(flight.peer) or self.ports.bound[self.relay.resolved]
        wire = (front, flight.client) if flight.reply else (flight.client, front)
        return self.relay.record(
            self.ends(flight),
            wire,
            flight.data,
            flight.fate,
            sent=flight.sent,
            faults=flight.faults,
        )

    def ends(self, flight: _Flight) -> tuple[str, str]:
        client, target = self.names[flight.client], self.relay.names[1]
        return (target, client) if flight.reply else (client, target)


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
