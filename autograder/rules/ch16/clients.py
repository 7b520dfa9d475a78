"""16.2 Clients: ask all of them, wait for none."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from autograder.deadlines import WIRE_S
from autograder.exercise import Rules
from autograder.network import Learner, Object, Reply, Steps, Stream
from autograder.rules.ch16.shared import END, LOOKS, NEVER_WAITS, only_look
from autograder.rules.common import ANNA, BEN, CARL, payload
from autograder.text import YOU, Hang, Mistakes, Text, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {
    **NEVER_WAITS,
    ConnectionError: "STR-29",
    such(RuntimeError, lambda got: "changed size" in str(got)): "MUX-03",
}
HEARD, HERE = ("what sweep returns", "sweep 的返回值"), ("who is here", "还在的客户端")
MOST, LONG = 4_096, 10_000  # bytes
CROWD = 120

Heard = list[tuple[str, bytes]]


def _among(
    learner: Learner, steps: Steps, *names: Text, timeout: float | None = None
) -> tuple[Object, list[Stream]]:
    """Return an object of Clients to which these were added, and their ends."""
    clients, peers = learner.object("Clients"), []
    for name in names:
        lent, peer = steps.tcp.connection(name, timeout=timeout)
        clients.start("add", name.en, lent).value()
        peers.append(peer)
    return clients, peers


def _only(want: Sequence[Any]) -> Callable[[Any], bool]:
    """Return the sign of a result in which the last one alone is left."""
    return such(list, lambda got: len(want) > 1 and got == want[-1:])


def _skipped(want: Heard) -> Mistakes:
    """Return the signs of somebody who was not asked, where several leave."""
    left = [each for each in want if not each[1]]

    def no_end(got: list[Any]) -> bool:
        return got == [each for each in want if each not in left]

    def some(got: list[Any]) -> bool:
        return bool(got) and got != want and all(each in want for each in got)

    return {such(list, no_end): "MUX-07", such(list, some): "MUX-03"}


def _sweeps(clients: Object, want: Heard) -> None:
    clients.start("sweep").returns(want, HEARD, {_only(want): "MUX-05"})


@RULES.rule(weight=2)
def data_and_silence(learner: Learner, steps: Steps, rng: Random) -> None:
    """sweep asks every client once, in the order of add: at most 4096 bytes of each that has
    something, nothing of the others.

    sweep 按 add 的顺序把每个客户端问一遍：有数据的，各取至多 4096 字节；没有数据的不出现。
    """
    for timeout in (None, 0.0):
        steps.anew()
        clients, (anna, ben, carl) = _among(learner, steps, CARL, ANNA, BEN, timeout=timeout)
        here = ["carl", "anna", "ben"]
        clients.start("names").returns(here, HERE, {_only(here): "MUX-05"})
        clients.start("sweep").returns([], HEARD)
        first, second = payload(rng, 3), bytes(range(256))
        carl.send(first)
        anna.send(second)
        _sweeps(clients, [("carl", second), ("ben", first)])
        clients.start("sweep").returns([], HEARD)
    data = rng.randbytes(LONG)
    ben.send(data)
    for at in range(0, LONG, MOST):
        _sweeps(clients, [("anna", data[at : at + MOST])])


@RULES.rule(weight=3)
def two_leave_together(learner: Learner, steps: Steps, rng: Random) -> None:
    """Who has finished gives (name, b"") once, is closed, and is no longer here; also where two
    leave together.

    发完了的客户端给出一次 (name, b"")，套接字被关闭，名字不再出现；两个同时离开也一样。
    """
    clients, (anna, carl, ben) = _among(learner, steps, ANNA, CARL, BEN)
    said = payload(rng, 3)
    anna.finish()
    ben.finish()
    carl.send(said)
    want = [("anna", b""), ("carl", said), ("ben", b"")]
    reply = clients.start("sweep")
    reply.returns(want, HEARD, ({_only(want): "MUX-05"}, _skipped(want)))
    clients.start("names").returns(["carl"], HERE)
    for peer in (anna, ben):
        peer.ends(END, ({bytes: None}, "STR-34"))
    clients.start("sweep").returns([], HEARD)
    carl.send(said)
    _sweeps(clients, [("carl", said)])


@RULES.rule(weight=1, condition="refused")
def a_reset_is_an_end(learner: Learner, steps: Steps, rng: Random) -> None:
    """Who has reset the connection gives (name, b"") once, and is no longer here.

    复位了连接的客户端也给出一次 (name, b"")，之后不再出现。
    """
    clients, (carl, ben, _) = _among(learner, steps, CARL, BEN, ANNA)
    said = payload(rng, 3)
    ben.reset()
    carl.send(said)
    want = [("carl", said), ("ben", b"")]
    clients.start("sweep").returns(want, HEARD, _skipped(want))
    clients.start("names").returns(["carl", "anna"], HERE)
    clients.start("sweep").returns([], HEARD)


@RULES.rule(weight=1, condition="many clients")
def a_silent_crowd(learner: Learner, steps: Steps, rng: Random) -> None:
    """Silent clients cost no waiting, however many.

    不说话的客户端再多，也不用等它们。
    """
    clients = learner.object("Clients")
    steps.tell(YOU, f"add: {CROWD} clients", f"add：{CROWD} 个客户端")
    with steps.untold():
        for number in range(CROWD):
            lent, _ = steps.tcp.connection((f"client {number}", f"客户端 {number}"))
            clients.start("add", str(number), lent).value()
    waits = {such(Hang, lambda got: not got.standing.spins): "MUX-20"}
    sweeps: list[Reply] = []
    for _ in range(LOOKS):
        sweeps.append(clients.start("sweep"))
        sweeps[-1].returns([], HEARD, waits, WIRE_S)
    only_look(steps, sweeps)
