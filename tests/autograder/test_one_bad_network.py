"""A schedule means one thing: in a relay, in a rule over UDP and in an exchange of machines.

A client sends numbered datagrams, its server answers the first with as many; the network does
what a random schedule says. What arrives, in which order, and what is told must be the same.
"""

import socket
import time
from dataclasses import dataclass, field
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.network import udp
from autograder.network.sockets import UDPPeer
from autograder.network.timers import Timers
from autograder.rules.exchange import exchange
from autograder.text.naming import Naming
from autograder.text.wording import Text
from netlib.clock import HandClock
from netlib.deadlines import stretched
from netlib.faults import UDPRelay
from netlib.schedule import DATAGRAMS, Fault, Schedule

COUNT = 6  # datagrams in each direction
LATER_S = 60.0  # when every delay is over
OURS = Text("server", "服务器")
ASKS = [b"ask %d" % n for n in range(1, COUNT + 1)]
ANSWERS = [b"answer %d" % n for n in range(1, COUNT + 1)]

Row = tuple[bytes, str]


@dataclass
class Seen:
    """What one network did. to_server, to_client: what arrived, without what strangers sent to
    the server; told: the rows (data, fate) of each direction, lost ones apart."""

    to_server: list[bytes] = field(default_factory=list)
    to_client: list[bytes] = field(default_factory=list)
    told: dict[bool, list[Row]] = field(default_factory=lambda: {False: [], True: []})
    lost: dict[bool, set[bytes]] = field(default_factory=lambda: {False: set(), True: set()})

    def tell(self, reply: bool, data: bytes, fate: str) -> None:
        if fate == "lost":
            self.lost[reply].add(data)
        else:
            self.told[reply].append((data, fate))


def schedules(seed: int) -> Schedule:
    """Draw a schedule that lets the first datagram through, so that there is an answer."""
    rng = Random(seed)
    drawn = Schedule.random(rng.randbytes(8), DATAGRAMS, most=6, within=COUNT)
    harmless = [fault for fault in drawn.faults if fault.reply or fault.number > 1]
    if rng.random() < 0.3:
        harmless.append(Fault("lose", rng.randint(2, 3), rng.random() < 0.5, every=True))
    return Schedule(tuple(harmless))


class Run:
    """As much of a rule's run as a talker needs, with a clock of its own."""

    def __init__(self, faults: Schedule, seen: Seen) -> None:
        self.faults, self.naming, self.timers, self._seen = faults, Naming(), Timers(), seen

    def crossed(self, sender: Text, receiver: Text, data: bytes, fate: str = "delivered") -> None:
        self._seen.tell(receiver != OURS, data, fate)


def by_a_rule(schedule: Schedule) -> Seen:
    """The learner's code is a socket here, and the server a talker."""
    seen, now = Seen(), 0.0
    peers: list[UDPPeer] = []

    def bind(host: str = "127.0.0.1") -> UDPPeer:
        peers.append(UDPPeer(host, 0))
        return peers[-1]

    with pytest.MonkeyPatch.context() as patch, socket.socket(type=socket.SOCK_DGRAM) as client:
        clock = SimpleNamespace(monotonic=lambda: now, time=time.time)
        patch.setattr(udp, "time", clock)
        patch.setattr("autograder.network.timers.time", clock)
        client.bind(("127.0.0.1", 0))
        client.settimeout(stretched(10))
        run: Any = Run(schedule, seen)
        server = udp.Talker(run, OURS, bind(), bind)
        for data in ASKS:
            client.sendto(data, server.address)
        came = server.drain()
        for data in ANSWERS:
            server.send(data, came[0].source)
        now = LATER_S
        run.timers.fire()
        came += server.drain()
        seen.to_server = [each.data for each in came]
        seen.to_client = [client.recv(100) for data, _ in seen.told[True]]
        client.setblocking(False)
        with pytest.raises(BlockingIOError):
            client.recv(100)
        for passage in server._passages.values():
            for crossing in passage.end():
                seen.tell(crossing.data in ANSWERS, crossing.data, "lost")
    for peer in peers:
        peer.close()
    return seen


class Machine:
    """A machine that is done at once, and takes what comes."""

    def __init__(self, first: list[bytes], takes: list[bytes], to: Any) -> None:
        self.done, self.progress, self._takes = True, 0, takes
        self._first = [(data, to) for data in first]

    def start(self, **_: Any) -> Any:
        return self._first

    def on_timeout(self, **_: Any) -> Any:
        return []

    def read(self, name: str) -> Any:
        return getattr(self, name)


class Client(Machine):
    def __init__(self, seen: Seen, to: Any) -> None:
        super().__init__(ASKS, seen.to_client, to)
        self._seen = seen

    def feed(self, packet: bytes, source: Any, *, fate: str, tell: bool) -> Any:
        self._seen.tell(True, packet, fate)
        self._takes.append(packet)
        return []


class Server(Machine):
    def feed(self, packet: bytes, source: Any) -> Any:
        self._takes.append(packet)
        return self._first if len(self._takes) == 1 else []


def by_an_exchange(schedule: Schedule) -> Seen:
    seen, here, at = Seen(), ("192.0.2.1", 1000), ("192.0.2.2", 2000)
    steps: Any = Run(schedule, seen)
    steps.naming.call(at, OURS)
    theirs: Any = Client(seen, at)
    assert exchange(steps, theirs, Server(ANSWERS, seen.to_server, here), here=here, at=at)
    return seen


class Relay(UDPRelay):
    """A relay that shows how many datagrams it has taken: an event that nobody else announces."""

    def start(self, front: socket.socket, loop: Any) -> Any:
        self.run = super().start(front, loop)
        return self.run

    def taken(self) -> int:
        return sum(passage.fed for passage in self.run.passages.values())


def by_a_relay(schedule: Schedule, expected: Seen) -> Seen:
    """expected: how many datagrams to wait for, from another network."""
    seen, clock = Seen(), HandClock()
    with (
        socket.socket(type=socket.SOCK_DGRAM) as server,
        socket.socket(type=socket.SOCK_DGRAM) as client,
    ):
        for sock in (server, client):
            sock.bind(("127.0.0.1", 0))
            sock.settimeout(stretched(10))
        relay = Relay(server.getsockname(), schedule, clock=clock)
        with relay as front:
            for data in ASKS:
                client.sendto(data, front)
            first, behind = server.recvfrom(100)
            seen.to_server.append(first)
            for data in ANSWERS:
                server.sendto(data, behind)
            wait_until(lambda: relay.taken() == 2 * COUNT)  # before the clock moves
            clock.advance(LATER_S)
            forged = sum(fate == "forged" for _, fate in expected.told[False])
            for _ in range(len(expected.to_server) + forged - 1):
                data, source = server.recvfrom(100)
                if source == behind:
                    seen.to_server.append(data)
            seen.to_client = [client.recv(100) for _ in expected.to_client]
        for sock in (server, client):
            sock.setblocking(False)
            with pytest.raises(BlockingIOError):
                sock.recv(100)
    for message in relay.trace:
        seen.tell(message.receiver == "client", message.data, message.fate)
    return seen


def wait_until(happened: Any) -> None:
    deadline = time.monotonic() + stretched(10)
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0)  # another thread's turn


@settings(max_examples=100)
@given(st.integers(0, 2**32).map(schedules))
def test_what_arrives_and_what_is_told_is_the_same_everywhere(schedule: Schedule) -> None:
    rule = by_a_rule(schedule)
    machines = by_an_exchange(schedule)
    relay = by_a_relay(schedule, rule)
    for other in (machines, relay):
        assert other.to_server == rule.to_server
        assert other.to_client == rule.to_client
        assert other.told == rule.told


@pytest.mark.parametrize(
    ("schedule", "arrives"),
    [
        ("delay reply 1 50ms; duplicate reply 1", [2, 3, 4, 5, 6, 1, 1]),
        ("reorder reply 1; duplicate reply 1", [2, 1, 1, 3, 4, 5, 6]),
        ("lose reply 2; delay reply 1 1ms; reorder reply 5", [3, 4, 6, 5, 1]),
        ("delay reply 1 2ms; delay reply 2 1ms", [3, 4, 5, 6, 2, 1]),
    ],
)
def test_answers_arrive_in_this_order(schedule: str, arrives: list[int]) -> None:
    seen = by_a_rule(Schedule.parse(schedule))
    assert seen.to_client == [b"answer %d" % number for number in arrives]
    assert by_a_relay(Schedule.parse(schedule), seen).to_client == seen.to_client
    assert by_an_exchange(Schedule.parse(schedule)).to_client == seen.to_client


def test_a_stranger_in_front_of_the_server_is_seen_everywhere() -> None:
    schedule = Schedule.parse("stranger 2 0x4556494c")
    for seen in (by_a_rule(schedule), by_an_exchange(schedule)):
        assert seen.told[False][1] == (b"EVIL", "forged")
        assert seen.to_server == ASKS  # a party of ours does not listen to strangers
        assert by_a_relay(schedule, seen).told == seen.told
