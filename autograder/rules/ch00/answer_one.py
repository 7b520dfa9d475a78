"""00.1 answer_one: the check that fails on purpose, and shows how a check is read."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import LARGEST, Learner, Reply, Steps, UDPPeer
from autograder.rules.common import ANNA, ANSWER, word
from autograder.text import Because, Failed, Text, such

__all__ = ["RULES"]
RULES = Rules()

_PHRASES = (
    "two programs",
    "who is there?",
    "over the network",
    "one more question",
    "is anybody in",
    "wait a second",
)
"""Of 12 to 17 bytes: the stub has room for 8."""


def _shown(reply: Reply, sock: UDPPeer, want: bytes) -> Because:
    """Return what shows where the answer went, if anna got none."""

    def went_elsewhere(got: Any) -> str | None:
        if not (isinstance(got, Text) and reply.ended):
            return None
        if sock.receive() is not None:
            return "UDP-05"
        return "PYT-06" if reply.value() in (want, want.decode("latin-1")) else None

    is_cut = such(bytes, lambda got: got != want and want.startswith(got) and got)
    return went_elsewhere, {is_cut: "UDP-06"}


def _answers(learner: Learner, steps: Steps, data: bytes) -> None:
    """Send data to a call of answer_one, and expect it back in capitals."""
    sock, anna = steps.own_socket(), steps.udp(ANNA)
    reply = learner.start("answer_one", sock)
    anna.send(data, sock.address)
    want = data.upper()
    try:
        anna.expect(want, ANSWER, _shown(reply, sock, want))
    except Failed as failure:
        if failure.remark is None and not reply.ended:
            failure.remark = steps.line(reply.standing().where)
        raise
    reply.returns(None)
    reply.left_open(sock)
    if more := anna.drain():
        steps.fail(("further datagrams", "多余的数据报"), got=len(more), want=0)


@RULES.rule(weight=2)
def short_ones(learner: Learner, steps: Steps, rng: Random) -> None:
    """A short datagram goes back to its sender in capitals; None is returned, sock stays open.

    短的数据报变成大写发回给发送方；返回 None，sock 保持打开。
    """
    for text in (word(rng, rng.randint(3, 6)), f" {word(rng, 2)}\n", word(rng, 1)):
        steps.anew()
        _answers(learner, steps, text.encode())


@RULES.rule(weight=3)
def all_of_it(learner: Learner, steps: Steps, rng: Random) -> None:
    """However long the datagram is, all of it comes back.

    不管数据报有多长，都要全部发回。
    """
    _answers(learner, steps, rng.choice(_PHRASES).encode())
    steps.anew()
    _answers(learner, steps, word(rng, LARGEST).encode())
