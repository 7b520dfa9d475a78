"""13.3 recv_frame: the next payload, its end, and what is refused."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Reply, Steps
from autograder.rules.ch13.shared import (
    CUTS,
    ENDS,
    HIGHEST,
    HUGE,
    IMPATIENT_S,
    LARGE,
    PATIENT_S,
    PEER,
    RESETS,
    RETURNED,
    arrived,
    capped,
    frame,
    han,
    header,
    word,
)
from autograder.rules.common import or_hung
from autograder.text import Because

__all__ = ["RULES"]

RULES = Rules()

LIMIT = 5


def _returns(
    steps: Steps, reply: Reply, want: bytes | None, because: Because, hung: str | None = None
) -> None:
    """Expect a payload, or None."""
    cites = _seen(reply, because, hung)
    steps.expect(RETURNED, got=reply.result(because=cites), want=want, because=cites)


def _seen(reply: Reply, because: Because, hung: str | None = None) -> Because:
    """Return because, unless what came gives another misconception away."""

    def cites(got: Any) -> str | None:
        if "unpack requires" in str(got):
            return "STR-07"
        if isinstance(got, MemoryError):
            return "STR-25"
        if isinstance(got, (UnicodeError, str)):
            return "TXT-03"
        return because(got) if callable(because) else because

    return or_hung(reply, cites, hung or (because if isinstance(because, str) else "STR-09"))


@RULES.rule(weight=2)
def a_payload_is_returned(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns the payload of the next frame, whatever bytes it holds; sock stays open.

    返回下一帧的载荷，不管是什么字节；sock 保持打开。
    """
    lent, peer = steps.tcp.connection(PEER)
    for payload in (word(rng), b"\xff\xfe\r\n \0" + bytes(range(256)), han(rng)):
        reply = learner.start("recv_frame", lent)
        peer.send(frame(payload))
        _returns(steps, reply, payload, _little, "TXT-06")
        reply.left_open(lent, "STR-43")


def _little(got: Any) -> str | None:
    """Return what it shows to refuse a small frame: it was read from the wrong end."""
    return "TXT-06" if isinstance(got, (Exception, type(None))) else None


@RULES.rule(weight=1, misconception="STR-14", faults="delay 4 100ms")
def a_pause_is_no_border(learner: Learner, steps: Steps, rng: Random) -> None:
    """A pause inside a frame means nothing.

    一帧中间停顿一下，什么也不表示。
    """
    lent, peer = steps.tcp.connection(PEER)
    payload = word(rng)
    reply = learner.start("recv_frame", lent)
    peer.send(frame(payload))
    _returns(steps, reply, payload, "STR-14")


@RULES.rule(weight=3, misconception="STR-07", faults=CUTS)
def however_it_is_cut(learner: Learner, steps: Steps, rng: Random) -> None:
    """However the stream was cut, in the header or in the payload, the frame is returned.

    不管切在头部还是载荷里，都返回完整的一帧；sock 设没设超时都一样。
    """
    for timeout in (None, PATIENT_S):
        steps.story.clear()
        lent, peer = steps.tcp.connection(PEER, timeout=timeout)
        payload = word(rng)
        reply = learner.start("recv_frame", lent)
        peer.send(frame(payload))
        _returns(steps, reply, payload, "STR-07")


@RULES.rule(
    weight=3,
    misconception="STR-08",
    faults=("", "split 2", "split 6"),
)
def frames_that_come_together(learner: Learner, steps: Steps, rng: Random) -> None:
    """Three frames that come together are returned one by one, the empty one as b"".

    三帧一起到达，逐帧返回，空的一帧返回 b""。
    """
    lent, peer = steps.tcp.connection(PEER)
    payloads = [word(rng), b"", word(rng, 2)]
    reply = learner.start("recv_frame", lent)
    peer.send(b"".join(map(frame, payloads)))
    _returns(steps, reply, payloads[0], "STR-08")
    _returns(steps, learner.start("recv_frame", lent), payloads[1], _beyond("STR-18"), "STR-08")
    _returns(steps, learner.start("recv_frame", lent), payloads[2], "STR-08")


def _beyond(because: str) -> Because:
    """Return because for None in the place of an empty frame; anything else is over-reading."""
    return lambda got: because if got is None else "STR-08"


@RULES.rule(weight=2, condition="empty", misconception="STR-18")
def an_empty_frame_is_no_end(learner: Learner, steps: Steps, rng: Random) -> None:
    """An empty frame returns b"", not None.

    空的一帧返回 b""，不是 None。
    """
    lent, peer = steps.tcp.connection(PEER)
    reply = learner.start("recv_frame", lent)
    peer.send(frame(b""))
    _returns(steps, reply, b"", "STR-18")


@RULES.rule(weight=2, misconception="STR-24")
def the_end_is_none(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the peer finished before the first byte of a frame: None, and None again.

    对端在一帧的第一个字节之前就结束：返回 None；再次调用，还是 None。
    """
    lent, peer = steps.tcp.connection(PEER)
    payload = word(rng)
    peer.send(frame(payload))
    peer.finish()
    for want in (payload, None, None):
        _returns(steps, learner.start("recv_frame", lent), want, "STR-24", "STR-09")


@RULES.rule(weight=3, misconception="STR-24", faults=ENDS)
def an_end_inside_a_frame(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the peer finishes inside a frame, after whichever byte, EOFError is raised.

    对端在一帧中间结束，不管在第几个字节之后：抛出 EOFError。
    """
    lent, peer = steps.tcp.connection(PEER)
    payload = word(rng)
    reply = learner.start("recv_frame", lent)
    peer.send(frame(payload))
    peer.finish()
    came = arrived(steps)
    if came in (b"", frame(payload)):
        _returns(steps, reply, payload if came else None, "STR-24", "STR-09")
    else:
        reply.raises(EOFError, because=_seen(reply, "STR-24", "STR-09"))


@RULES.rule(weight=2, misconception="STR-25")
def up_to_the_limit(learner: Learner, steps: Steps, rng: Random) -> None:
    """Exactly limit bytes are fine: 5 where limit is 5, 1 MiB where it is not given.

    恰好 limit 个字节是可以的：limit 为 5 时 5 个字节，不给 limit 时 1 MiB。
    """
    for limit in ((LIMIT,), ()):
        steps.story.clear()
        lent, peer = steps.tcp.connection(PEER)
        payload = rng.randbytes(*limit or (LARGE,))
        reply = learner.start("recv_frame", lent, *limit)
        peer.send(frame(payload))
        _returns(steps, reply, payload, "STR-25")


def _refused(
    learner: Learner, steps: Steps, size: int, limit: tuple[int, ...], because: str
) -> None:
    """Announce size bytes and say no more; FrameError must come."""
    steps.story.clear()
    lent, peer = steps.tcp.connection(PEER)
    reply = learner.start("recv_frame", lent, *limit)
    peer.send(header(size))
    reply.raises_named("FrameError", because=_seen(reply, because))
    reply.left_open(lent, "STR-43")


@RULES.rule(
    weight=3,
    misconception="STR-25",
    faults="split every 1",
)
def too_much_is_refused_at_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """A header that announces one byte more than limit raises FrameError before any comes.

    头部声明的长度只比 limit 多一个字节，也立即抛出 FrameError，不等载荷到达。
    """
    _refused(learner, steps, LIMIT + 1, (LIMIT,), "STR-25")
    _refused(learner, steps, LARGE + 1, (), "STR-25")


@RULES.rule(weight=1, misconception="STR-25")
def nothing_is_allocated(learner: Learner, steps: Steps, rng: Random) -> None:
    """No memory is taken for a payload that is refused.

    被拒绝的载荷，不为它分配内存。
    """
    capped(steps)
    _refused(learner, steps, HUGE, (LIMIT,), "STR-25")


@RULES.rule(weight=1, misconception="TXT-06")
def the_highest_lengths_are_refused(learner: Learner, steps: Steps, rng: Random) -> None:
    """Lengths are unsigned: 0x80000000 and 0xFFFFFFFF are too much, too.

    长度是无符号的：0x80000000 和 0xFFFFFFFF 同样太大。
    """
    capped(steps)
    for size in HIGHEST:
        _refused(learner, steps, size, (LIMIT,), "TXT-06")


@RULES.rule(weight=2, misconception="STR-28", faults=RESETS)
def a_reset_is_no_end(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the connection is reset, after whichever byte, ConnectionResetError passes on.

    连接被复位，不管在第几个字节之后：ConnectionResetError 原样抛出。
    """
    lent, peer = steps.tcp.connection(PEER)
    payload = word(rng)
    reply = learner.start("recv_frame", lent)
    peer.send(frame(payload))
    if peer.was_reset:
        reply.raises(ConnectionResetError, because="STR-28")
    else:
        _returns(steps, reply, payload, "STR-07")


@RULES.rule(weight=1, misconception="STR-13")
def a_timeout_passes_on(learner: Learner, steps: Steps, rng: Random) -> None:
    """If sock has a timeout and the peer falls silent inside a frame, TimeoutError passes on.

    sock 设了超时，而对端停在一帧中间：TimeoutError 原样抛出。
    """
    lent, peer = steps.tcp.connection(PEER, timeout=IMPATIENT_S)
    reply = learner.start("recv_frame", lent)
    peer.send(frame(word(rng))[:6])
    reply.raises(TimeoutError, because="STR-13")
