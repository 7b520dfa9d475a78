"""05b.2 broadcast: the same to every network of a machine."""

import socket
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps, Talker, UDPPeer
from autograder.rules.ch05b.shared import (
    PORT,
    may_broadcast,
    no_way,
    on,
    talker_on,
    two_networks,
)
from autograder.rules.common import BEN, CARL, payload
from autograder.text import Mistakes, Text

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {no_way: "BRC-02", may_broadcast: "BRC-01"}

NEAR, NOWHERE, FAR = "192.0.2.255", "203.0.113.255", "198.51.100.255"
HEARD = ("what is broadcast", "广播的内容")
REACHED = ("the addresses that were reached", "发得出去的地址")
OFTEN = ("how often it is heard", "收到的次数")
END = b"the end"


@RULES.rule(weight=2)
def every_network_hears_it_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """Each network hears it once, also if it is empty; an address without a way to it is left out.

    每个网络都收到一次，空的也一样；没有路由通往的地址不列入结果。
    """
    lan = steps.lan(build=two_networks, learner_on="anna")
    with on(lan, "anna"):
        sock = steps.own_socket("0.0.0.0")
    sock.sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    ben, carl = (talker_on(steps, lan, *who, PORT) for who in (("ben", BEN), ("carl", CARL)))

    def left_by_one_interface(_: Any) -> str | None:
        return "BRC-02" if ben.drain() else None

    for data in (payload(rng, 4), b""):
        reply = learner.start("broadcast", sock, data, PORT, [NEAR, NOWHERE, FAR])
        ben.expect(data, HEARD)
        carl.expect(data, HEARD, left_by_one_interface)
        reply.returns([NEAR, FAR], REACHED)
        for talker, address in ((ben, NEAR), (carl, FAR)):
            _heard_once(steps, talker, sock, address)


def _heard_once(steps: Steps, talker: Talker, sock: UDPPeer, address: str) -> None:
    """Fail if more has come on the same way."""
    sock.sock.sendto(END, (address, PORT))
    with steps.untold():
        came = talker.receive()
        if came.data != END:
            steps.fail(OFTEN, got=Text("more than once", "不止一次"), want=Text("once", "一次"))
