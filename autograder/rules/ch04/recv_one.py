"""04.2 recv_one: one datagram, whole or not at all."""

from random import Random
from typing import Any

from autograder.deadlines import stretched
from autograder.exercise import Rules
from autograder.network import LARGEST, Learner, Steps, Talker, UDPPeer
from autograder.rules.common import (
    ANNA,
    PATIENT_S,
    begins,
    holds_more,
    named,
    waits_for_more,
)
from autograder.text import Hang
from autograder.text.because import Mistakes

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

WHOLE = ("the datagram and its sender", "数据报和它的发送方")
AT_MOST_S = stretched(0.8)  # where 0.12 s are right


def _is_text(got: Any) -> bool:
    return isinstance(got[0] if isinstance(got, tuple) and got else got, (str, UnicodeError))


def _is_something_else(got: Any) -> bool:
    """Tell whether that is a slip: no belief about networks makes a list, or forgets a name."""
    slips = (TypeError, NameError, AttributeError, LookupError, list, bytearray)
    return isinstance(got[0] if isinstance(got, tuple) and got else got, slips)


MISTAKES: Mistakes = {_is_text: "TXT-03", _is_something_else: None}


def _received(
    learner: Learner, sock: UDPPeer, data: bytes, sender: Talker, *limit: int, because: str
) -> None:
    """Call recv_one and expect this datagram, from this sender."""

    def comes_from_nowhere(got: Any) -> bool:
        # b"" is also what is returned where nothing was taken for a datagram
        return bool(data and (got[0] if isinstance(got, tuple) and got else got) == data)

    def was_stripped(got: Any) -> bool:
        return isinstance(got, tuple) and got[:1] == (data.strip(),) != (data,)

    def was_cut(got: Any) -> bool:
        return isinstance(got, tuple) and len(got) == 2 and begins(data)(got[0])

    def was_joined(got: Any) -> bool:
        return isinstance(got, tuple) and bool(got) and holds_more(data)(got[0])

    # who refuses a datagram of exactly limit bytes has not lost any of them
    largest = limit[0] if limit else LARGEST
    cut = "UDP-06" if 8 < len(data) < largest else None  # nobody reads with a number below 8
    refused: Mistakes = {named("Truncated"): cut} if data else {}
    reply = learner.start("recv_one", sock, PATIENT_S, *limit)
    cites = (
        {
            was_stripped: "STR-41",
            _is_something_else: None,
            comes_from_nowhere: "UDP-05",
            was_cut: "UDP-06",
            was_joined: "UDP-11",
            **refused,
            waits_for_more: "UDP-11",
        },
        {} if data else {(Hang, Exception, type(None)): "UDP-11"},  # it was taken for none
        because,
    )
    reply.returns((data, sender.address), WHOLE, cites)
    reply.left_open(sock)


@RULES.rule(weight=1, condition="maximal")
def large_datagrams_come_whole(learner: Learner, steps: Steps, rng: Random) -> None:
    """A datagram of any size comes back whole, with the address it came from.

    任何大小的数据报都完整返回，并带上来源地址。
    """
    sock, anna = steps.own_socket(), steps.udp(ANNA)
    for size in (1, 1025, 9000, LARGEST):
        data = rng.randbytes(size)
        anna.send(data, sock.address)
        because = "UDP-11" if size == 1 else "UDP-06"
        _received(learner, sock, data, anna, because=because)


@RULES.rule(weight=1, condition="empty")
def empty_datagram_is_returned(learner: Learner, steps: Steps, rng: Random) -> None:
    """An empty datagram gives (b"", address), and the next call gets the next one.

    空数据报返回 (b"", 来源地址)；下一次调用得到下一个数据报。
    """
    sock, anna = steps.own_socket(), steps.udp(ANNA)
    for data in (b"", rng.randbytes(1)):
        anna.send(data, sock.address)
        _received(learner, sock, data, anna, because="UDP-11")


@RULES.rule(weight=1)
def one_call_one_datagram(learner: Learner, steps: Steps, rng: Random) -> None:
    """One call takes one datagram, even if several wait.

    一次调用只取一个数据报，即使已经有好几个在排队。
    """
    sock, anna = steps.own_socket(), steps.udp(ANNA)
    waiting = rng.randbytes(3), rng.randbytes(4), b" " + rng.randbytes(2) + b"\n"
    for data in waiting:
        anna.send(data, sock.address)
    for data in waiting:
        _received(learner, sock, data, anna, because="UDP-11")


@RULES.rule(weight=3, condition="truncated")
def longer_than_limit_is_truncated(learner: Learner, steps: Steps, rng: Random) -> None:
    """Up to limit bytes are fine; more raise Truncated, and that datagram is used up.

    不超过 limit 个字节都正常；超过就抛出 Truncated，这个数据报也随之丢弃。
    """
    sock, anna = steps.own_socket(), steps.udp(ANNA)
    limit = rng.randrange(4, 8)
    for size in (limit - 1, limit, limit + 1, 2):
        data = rng.randbytes(size)
        anna.send(data, sock.address)
        if size > limit:
            reply = learner.start("recv_one", sock, PATIENT_S, limit)
            reply.raises_named("Truncated", because="UDP-06")
        else:
            _received(learner, sock, data, anna, limit, because="UDP-06")


@RULES.rule(weight=3, condition="quiet")
def silence_times_out(learner: Learner, steps: Steps, rng: Random) -> None:
    """TimeoutError when nothing arrives within timeout seconds, and not before.

    timeout 秒内什么也没到就抛出 TimeoutError，也不会提前抛出。
    """
    sock, anna = steps.own_socket(), steps.udp(ANNA)
    timeout = 0.12  # not 0.1, which programs write down themselves
    reply = learner.start("recv_one", sock, timeout)
    early: Mistakes = {(BlockingIOError, Hang): "UDP-04"}
    reply.raises(TimeoutError, because=(early, "UDP-04"), within=AT_MOST_S)
    reply.took(timeout, "UDP-04")
    reply.left_open(sock)
    data = rng.randbytes(1)
    anna.send(data, sock.address)
    _received(learner, sock, data, anna, because="UDP-04")
