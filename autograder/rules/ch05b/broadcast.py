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
from autograder.text import YOU, Because, Mistakes, Text

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {may_broadcast: "BRC-01"}

NEAR, NOWHERE, FAR = "192.0.2.255", "203.0.113.255", "198.51.100.255"
REACHED = ("the addresses that were reached", "发得出去的地址")
OFTEN = ("how often it is heard", "收到的次数")
END = b"the end"


@RULES.rule(weight=2)
def every_network_hears_it_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """Each network hears it once, also if it is empty; an address without a way to it is left out
    of the result, the others stand there in their order.

    每个网络都收到一次，空的也一样；没有路由通往的地址不列入结果，其余的按原来的顺序。
    """
    lan = steps.lan(build=two_networks, learner_on="anna")
    with on(lan, "anna"):
        sock = steps.own_socket("0.0.0.0")
    sock.sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    ben, carl = (talker_on(steps, lan, *who, PORT) for who in (("ben", BEN), ("carl", CARL)))

    def left_by_one_interface(_: Any) -> str | None:
        return "BRC-02" if ben.drain() else None

    catches = "except" in steps.source.of(["broadcast"])
    unseen: Mistakes = {} if catches else {no_way: "BRC-02"}
    for data, addresses in (
        (payload(rng, 4), [NEAR, FAR]),
        (payload(rng, 4), [NEAR, NOWHERE, FAR]),
        (b"", [FAR, NOWHERE, NEAR]),
    ):
        steps.anew()
        cites: Because = left_by_one_interface
        if NOWHERE in addresses:  # without it, each of the others was reached
            steps.tell(YOU, f"no way to {NOWHERE}", f"没有路由通往 {NOWHERE}")
            cites = (unseen, left_by_one_interface, _drops_the_rest)
        reply = learner.start("broadcast", sock, data, PORT, addresses)
        ben.expect(
            data, _sent_to(NEAR), (unseen, _drops_the_rest if NOWHERE in addresses else None)
        )
        carl.expect(data, _sent_to(FAR), cites)
        reply.returns([each for each in addresses if each != NOWHERE], REACHED, unseen)
        for talker, address in ((ben, NEAR), (carl, FAR)):
            _heard_once(steps, talker, sock, address)


def _sent_to(address: str) -> tuple[str, str]:
    return f"what is sent to {address}", f"发往 {address} 的内容"


def _drops_the_rest(got: Any) -> str | None:
    """Return what it shows that one of several does not come, and nothing was raised."""
    return "UDP-31" if isinstance(got, Text) else None


def _heard_once(steps: Steps, talker: Talker, sock: UDPPeer, address: str) -> None:
    """Fail if more has come on the same way."""
    sock.sock.sendto(END, (address, PORT))
    with steps.untold():
        came = talker.receive()
        if came.data != END:
            steps.fail(OFTEN, got=Text("more than once", "不止一次"), want=Text("once", "一次"))
