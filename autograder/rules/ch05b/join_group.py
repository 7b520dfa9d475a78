"""05b.6 join_group: a member of a multicast group, on one network, and deaf to all else."""

import contextlib
import select
import socket
from collections.abc import Iterator
from random import Random
from typing import Any

from autograder.deadlines import WIRE_S
from autograder.exercise import Rules
from autograder.network import Ear, Learner, Steps
from autograder.rules.ch05b.shared import (
    free_port,
    is_taken,
    on,
    talker_on,
    tell_and_send,
    two_networks,
)
from autograder.rules.common import ANNA, BEN, CARL, payload
from autograder.text import Mistakes
from netlib.lan import Lan

__all__ = ["RULES"]
RULES = Rules()

Address = tuple[str, int]

PORT = 6000
NEAR, FAR = "192.0.2.1", "198.51.100.1"  # anna's two interfaces: multicast leaves by the first
LOOPBACK = "127.0.0.1"
HEARD = ("what was sent to the group", "发往该组的内容")


def _group(rng: Random) -> str:
    return f"239.255.{rng.randrange(1, 120)}.{rng.randrange(1, 255)}"


def _member(sock: socket.socket, group: str, interface: str) -> None:
    """Let a socket of ours join, and send to groups by that interface."""
    own = socket.inet_aton(interface)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + own)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)


@contextlib.contextmanager
def _neighbour(lan: Lan, group: str) -> Iterator[socket.socket]:
    """Yield another program's socket on anna: it shares the port, and is in another group."""
    with on(lan, "anna"):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with sock:
        for shares in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):  # whichever the learner's has
            sock.setsockopt(socket.SOL_SOCKET, shares, 1)
        sock.bind(("", PORT))
        _member(sock, group, FAR)
        yield sock


@RULES.rule(weight=2)
def one_group_on_one_network(learner: Learner, steps: Steps, rng: Random) -> None:
    """It hears the group on the network of interface and nothing else, and sends to it there.

    只收到 interface 所在网络上发往该组的数据报，别的都收不到；发往该组的也从那里出去。
    """
    lan = steps.lan(build=two_networks, learner_on="anna")
    group, other = _group(rng), "239.255.200.7"
    ben, carl = (talker_on(steps, lan, *who, PORT) for who in (("ben", BEN), ("carl", CARL)))
    _member(ben.sock, group, "192.0.2.2")
    _member(carl.sock, group, "198.51.100.2")
    unasked: dict[bytes, str] = {}

    def overheard(got: Any) -> str | None:
        return unasked.get(got) if isinstance(got, bytes) else "BRC-10"

    with _neighbour(lan, other) as neighbour:
        ear = Ear(steps, learner.start("join_group", group, PORT, FAR), {is_taken: "BRC-07"})
        for talker, to, shows in (
            (ben, group, "BRC-10"),
            (carl, FAR, "BRC-09"),
            (carl, "198.51.100.255", "BRC-09"),
            (carl, other, "BRC-09"),
        ):
            data = payload(rng, 4)
            unasked[data] = shows
            tell_and_send(steps, talker, data, (to, PORT))
            if talker is carl:
                _until_heard(ear.sock, neighbour)
        data = payload(rng, 6)
        tell_and_send(steps, carl, data, (group, PORT))
        ear.hears(data, overheard)
        with steps.untold():  # what they heard of themselves
            ben.drain(), carl.drain()
        data = payload(rng, 7)
        ear.sends(data, (group, PORT))
        carl.expect(data, HEARD, lambda _: "BRC-10" if ben.drain() else None)


def _until_heard(theirs: socket.socket, ours: socket.socket) -> None:
    """Wait until one of them has something to read: then it has come to the other, too."""
    if ours in select.select([theirs, ours], [], [], WIRE_S)[0]:
        ours.recv(100)


@RULES.rule(weight=1)
def groups_and_interfaces(learner: Learner, steps: Steps, rng: Random) -> None:
    """224.0.0.0 to 239.255.255.255 are groups; else ValueError. OSError without such an interface.

    224.0.0.0～239.255.255.255 是多播组，此外抛出 ValueError；没有这个接口就抛出 OSError。
    """
    port = free_port(steps)
    for address in ("192.0.2.7", "240.0.0.1", "223.255.255.255", "255.255.255.255"):
        reply = learner.start("join_group", address, port, LOOPBACK)
        reply.raises(ValueError)
        reply.closed_its_sockets()
    reply = learner.start("join_group", "239.255.24.25", port, "192.0.2.99")
    reply.raises(OSError)
    reply.closed_its_sockets()
    too_few: Mistakes = {ValueError: "ADR-10"}
    Ear(steps, learner.start("join_group", "239.255.255.255", port, LOOPBACK), too_few)
    for first in (224, 225, 233, 238):
        group = f"{first}.{rng.randrange(1, 255)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"
        Ear(steps, learner.start("join_group", group, port, LOOPBACK), {ValueError: "ADR-02"})


@RULES.rule(weight=1)
def two_members(learner: Learner, steps: Steps, rng: Random) -> None:
    """Two members on one machine hear what is sent to the group.

    同一台机器上的两个成员都收到发往该组的数据报。
    """
    group, data, port = _group(rng), payload(rng, 4), free_port(steps)
    cites: Mistakes = {is_taken: "BRC-07"}
    ears = [Ear(steps, learner.start("join_group", group, port, LOOPBACK), cites) for _ in range(2)]
    anna = steps.udp(ANNA)
    _member(anna.sock, group, LOOPBACK)
    tell_and_send(steps, anna, data, (group, port))
    for ear in ears:
        ear.hears(data, lambda got: None if isinstance(got, bytes) else "BRC-10")
