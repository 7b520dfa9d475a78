"""16.3 wait_readable: which of many sockets are ready."""

import socket
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Handle, Learner, Reply, Steps
from autograder.rules.ch16.shared import IDLE_S
from autograder.rules.common import ANNA, BEN, CARL, payload
from autograder.text import Because, Proof, Text

__all__ = ["RULES"]
RULES = Rules()

READY = ("the places", "位置")
WAIT_S = 0.22


def _is_empty(got: Any) -> bool:
    return bool(got == [])


def _shown(value: Any) -> Any:
    """Sockets have other numbers in every run."""
    if isinstance(value, list) and any(isinstance(each, (socket.socket, Handle)) for each in value):
        return Text("sockets", "套接字")
    return value


def _finds(steps: Steps, reply: Reply, want: list[int], because: Because = None) -> None:
    """Expect the places of those that are ready."""
    got = _shown(reply.result(because=because, shown=_shown))
    steps.expect(READY, got=got, want=want, because=because)


@RULES.rule(weight=2)
def those_that_are_ready(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns the places of all that are ready, in order: those with data, and listeners with
    a caller. Nothing is read.

    返回所有就绪套接字的位置，按顺序：有数据的，以及有人来连接的监听套接字；不读取任何内容。
    """
    silent, _ = steps.tcp.connection(ANNA)
    talks, ben = steps.tcp.connection(BEN)
    listener = steps.tcp.own_listener()
    idle = steps.tcp.own_listener()
    steps.tcp.connect(CARL, listener.address)
    ben.send(payload(rng, 1))
    socks = [silent, listener, idle, talks]
    for _ in range(2):
        _finds(steps, learner.start("wait_readable", socks, 5.0), [1, 3])
    _finds(steps, learner.start("wait_readable", socks[::-1], 5.0), [0, 2])


@RULES.rule(weight=2, condition="silence")
def nothing_in_time(learner: Learner, steps: Steps, rng: Random) -> None:
    """If none is ready, it returns [] after timeout seconds, not earlier; also for an empty list.

    没有一个就绪，就在 timeout 秒之后返回 []，不会提前；列表为空也一样。
    """
    lent, _ = steps.tcp.connection(ANNA)
    for socks in ([lent, steps.tcp.own_listener()], []):
        steps.anew()
        reply = learner.start("wait_readable", socks, WAIT_S)
        reply.returns([], READY)
        reply.took(WAIT_S, because="MUX-15")


@RULES.rule(weight=1, condition="refused")
def ends_count(learner: Learner, steps: Steps, rng: Random) -> None:
    """A socket whose peer has finished, or that was reset, is ready, too.

    对端已经关闭写端、或者已经被复位的套接字，也算就绪。
    """
    first, anna = steps.tcp.connection(ANNA)
    second, _ = steps.tcp.connection(BEN)
    third, carl = steps.tcp.connection(CARL)
    anna.finish()
    reply = learner.start("wait_readable", [second, first], 1.0)
    _finds(steps, reply, [1], {_is_empty: "MUX-07"})
    steps.anew()
    carl.reset()
    reply = learner.start("wait_readable", [third, second], 1.0)
    _finds(steps, reply, [0], {_is_empty: "EPL-06"})


@RULES.rule(weight=1)
def a_look_and_no_limit(learner: Learner, steps: Steps, rng: Random) -> None:
    """timeout=0 looks once; None waits until one is ready, and uses no processor time meanwhile.

    timeout=0 只看一眼；None 一直等到有套接字就绪，等待时不占处理器。
    """
    lent, anna = steps.tcp.connection(ANNA)
    other, _ = steps.tcp.connection(BEN)
    learner.start("wait_readable", [lent, other], 0).returns([], READY)
    steps.anew()
    reply = learner.start("wait_readable", [lent, other])
    reply.idles(IDLE_S, Proof("MUX-01"))
    anna.send(payload(rng, 1))
    _finds(steps, reply, [0])
