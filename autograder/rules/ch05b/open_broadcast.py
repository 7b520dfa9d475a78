"""05b.1 open_broadcast: a socket that hears what is sent to everybody, and may send it."""

import socket
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Ear, Learner, Steps
from autograder.rules.ch05b.shared import (
    PORT,
    free_port,
    is_taken,
    may_broadcast,
    talker_on,
    tell_and_send,
)
from autograder.rules.common import ANNA, BEN, payload
from autograder.text import Mistakes

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {may_broadcast: "BRC-01"}

EVERYBODY = "127.255.255.255"  # on loopback
BROADCAST = ("the broadcast", "这条广播")


@RULES.rule(weight=4, misconception="BRC-03")
def heard_and_sent(learner: Learner, steps: Steps, rng: Random) -> None:
    """The socket hears what is sent to its own address and to everybody, and may broadcast itself.

    发往本机地址的和发给所有人的，这个套接字都收得到；它自己也能发广播。
    """
    lan = steps.lan(learner_on="anna")
    ben = talker_on(steps, lan, "ben", BEN)
    ear = Ear(steps, learner.start("open_broadcast", PORT))

    def too_narrow(_: Any) -> str | None:
        return "BRC-03" if ear.bound != "0.0.0.0" else None

    for to in ("192.0.2.255", "255.255.255.255", "192.0.2.1"):
        data = payload(rng, 4)
        tell_and_send(steps, ben, data, (to, PORT))
        ear.hears(data, because=too_narrow)
    data = payload(rng, 5)
    ear.sends(data, ("192.0.2.255", ben.address[1]))
    ben.expect(data, BROADCAST)


@RULES.rule(weight=1)
def two_on_one_port(learner: Learner, steps: Steps, rng: Random) -> None:
    """Two such sockets may have one port, and each hears the broadcast.

    两个这样的套接字可以共用一个端口，每个都收得到广播。
    """
    anna, port = steps.udp(ANNA), free_port(steps)
    anna.sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    cites: Mistakes = {is_taken: "BRC-07"}
    ears = [Ear(steps, learner.start("open_broadcast", port), cites) for _ in range(2)]
    data = payload(rng, 4)
    tell_and_send(steps, anna, data, (EVERYBODY, port))
    for ear in ears:
        narrow = "BRC-03" if ear.bound not in ("0.0.0.0", EVERYBODY) else None
        ear.hears(data, because=lambda _, narrow=narrow: narrow)


@RULES.rule(weight=1)
def a_port_that_is_taken(learner: Learner, steps: Steps, rng: Random) -> None:
    """A port that is taken by a socket which does not share it: OSError, and none left open.

    端口被不共用的套接字占着：抛出 OSError，没有套接字留着不关。
    """
    taken = steps.own_socket("0.0.0.0")
    reply = learner.start("open_broadcast", taken.address[1])
    reply.raises(OSError)
    reply.closed_its_sockets()
