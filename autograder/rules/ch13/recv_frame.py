"""13.3 recv_frame: the next payload, its end, and what is refused."""

import re
from collections.abc import Callable
from random import Random
from types import NoneType
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.common import (
    AS_TEXT,
    PATIENT_S,
    PEER,
    begins,
    han,
    holds_more,
    payload,
    spins_at_the_end,
    waits_for_more,
)
from autograder.rules.frames import (
    CUTS,
    ENDS,
    IS_REFUSED,
    IS_SHORT,
    LARGE,
    RESETS,
    frame,
    header,
    reading,
    signed,
)
from autograder.rules.their import HIGHEST, HUGE, capped
from autograder.text import Because, Hang, Mistakes

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()


MISTAKES: Mistakes = {IS_SHORT: "STR-07", MemoryError: "STR-25", **AS_TEXT}
WRONG_END: Mistakes = {spins_at_the_end: "STR-09", (EOFError, bytes): "STR-24", IS_SHORT: "STR-24"}
"""Where None was due."""
CUT_OFF: Mistakes = {spins_at_the_end: "STR-09", (NoneType, bytes): "STR-24", IS_SHORT: "STR-24"}
"""Where EOFError was due."""
UNASKED: Mistakes = {Hang: "STR-25"}
"""Where a limit of LIMIT was to be looked at before the rest was read."""
LIMIT = 5


def _four_at_once(steps: Steps) -> Callable[[Any], str | None]:
    """Return evidence of STR-07 where a payload or an error was due: a header that came in pieces
    was read by one recv(4), and what had come of it was taken for a length of 0."""
    reads = re.search(r"\.recv\(\s*4\s*\)", steps.source.of(["recv_frame"]))
    return lambda got: "STR-07" if reads and got == b"" else None


def _another_end(got: Any) -> bool:
    """Tell whether that is what the end of a stream, or of what has come, gives."""
    return isinstance(got, (bytes, NoneType, EOFError)) or IS_SHORT(got)


@RULES.rule(weight=2)
def a_payload_is_returned(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns the payload of the next frame, whatever bytes it holds; sock stays open.

    返回下一帧的载荷，不管是什么字节；sock 保持打开。
    """
    refused = {IS_REFUSED: "TXT-06"}  # a small frame: it was read from the wrong end
    lent, peer = steps.tcp.connection(PEER)
    said, binary = payload(rng, 3), b"\xff\xfe\r\n \0" + bytes(range(256))
    as_long_as_a_header = payload(rng, 4)
    for data in (said, binary, han(rng, 2).encode(), as_long_as_a_header):
        reply = learner.start("recv_frame", lent)
        peer.send(frame(data))
        reply.returns(data, because=(MISTAKES, refused))
        reply.left_open(lent)


@RULES.rule(weight=1, faults="delay 4 100ms")
def a_pause_is_no_border(learner: Learner, steps: Steps, rng: Random) -> None:
    """A pause inside a frame means nothing.

    一帧中间的停顿没有任何含义。
    """
    data = payload(rng, 3)
    *_, reply = reading(learner, steps, "recv_frame", frame(data))
    reply.returns(data, because={_another_end: "STR-14", TimeoutError: "STR-14"})


@RULES.rule(weight=3, faults=CUTS)
def however_it_is_cut(learner: Learner, steps: Steps, rng: Random) -> None:
    """However the stream was cut, in the header or in the payload, the frame is returned.

    不管切在头部还是载荷里，都返回完整的一帧；sock 设没设超时都一样。
    """
    for timeout in (None, PATIENT_S):
        steps.anew()
        data = payload(rng, 3)
        *_, reply = reading(learner, steps, "recv_frame", frame(data), timeout=timeout)
        signs = {begins(data): "STR-07", EOFError: "STR-07"}
        reply.returns(data, because=(_four_at_once(steps), signs))


@RULES.rule(weight=3, faults=("", "split 2", "split 6"))
def frames_that_come_together(learner: Learner, steps: Steps, rng: Random) -> None:
    """Three frames that come together are returned one by one, the empty one as b"".

    三帧一起到达，逐帧返回，空的一帧返回 b""。
    """
    first, last = payload(rng, 3), payload(rng, 2)
    three = frame(first) + frame(b"") + frame(last)
    lent, _, reply = reading(learner, steps, "recv_frame", three)
    reply.returns(first, because=(_four_at_once(steps), {holds_more(first): "STR-08"}))
    eaten = {waits_for_more: "STR-08"}
    learner.start("recv_frame", lent).returns(b"", because={NoneType: "STR-18", **eaten})
    learner.start("recv_frame", lent).returns(last, because=eaten)


@RULES.rule(weight=2, condition="empty")
def an_empty_frame_is_no_end(learner: Learner, steps: Steps, rng: Random) -> None:
    """An empty frame returns b"", not None.

    空的一帧返回 b""，不是 None。
    """
    *_, reply = reading(learner, steps, "recv_frame", frame(b""))
    reply.returns(b"", because={(NoneType, EOFError): "STR-18"})


@RULES.rule(weight=2)
def the_end_is_none(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the peer finished before the first byte of a frame: None, and None again.

    对端在一帧的第一个字节之前就结束：返回 None；再次调用，还是 None。
    """
    lent, peer = steps.tcp.connection(PEER)
    data = payload(rng, 3)
    peer.send(frame(data))
    peer.finish()
    for want in (data, None, None):
        learner.start("recv_frame", lent).returns(want, because=WRONG_END)


@RULES.rule(weight=3, faults=ENDS)
def an_end_inside_a_frame(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the peer finishes inside a frame, after whichever byte, EOFError is raised.

    对端在一帧中间结束，不管在第几个字节之后：抛出 EOFError。
    """
    data = payload(rng, 3)
    _, peer, reply = reading(learner, steps, "recv_frame", frame(data))
    peer.finish()
    if peer.delivered in (b"", frame(data)):
        reply.returns(data if peer.delivered else None, because=WRONG_END)
    else:
        reply.raises(EOFError, because=(_four_at_once(steps), CUT_OFF))


@RULES.rule(weight=2)
def up_to_the_limit(learner: Learner, steps: Steps, rng: Random) -> None:
    """Exactly limit bytes are fine: 5 where limit is 5, 1 MiB where it is not given.

    恰好 limit 个字节是可以的：limit 为 5 时 5 个字节，不给 limit 时 1 MiB。
    """
    for limit in ((LIMIT,), ()):
        steps.anew()
        data = rng.randbytes(*limit or (LARGE,))
        *_, reply = reading(learner, steps, "recv_frame", frame(data), *limit)
        reply.returns(data)


def _refused(
    learner: Learner, steps: Steps, size: int, *limit: int, because: Because = None
) -> None:
    """Announce size bytes and say no more; FrameError must come."""
    steps.anew()
    lent, _, reply = reading(learner, steps, "recv_frame", header(size), *limit)
    reply.raises_named("FrameError", because=because)
    reply.left_open(lent)


@RULES.rule(weight=3, faults="split every 1")
def too_much_is_refused_at_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """A header that announces one byte more than limit raises FrameError before any comes.

    头部声明的长度只比 limit 多一个字节，也立即抛出 FrameError，不等载荷到达。
    """
    _refused(learner, steps, LIMIT + 1, LIMIT, because=UNASKED)
    _refused(learner, steps, LARGE + 1)


@RULES.rule(weight=1)
def nothing_is_allocated(learner: Learner, steps: Steps, rng: Random) -> None:
    """No memory is taken for a payload that is refused.

    被拒绝的载荷，不为它分配内存。
    """
    capped(steps)
    _refused(learner, steps, HUGE, LIMIT, because=UNASKED)


@RULES.rule(weight=1)
def the_highest_lengths_are_refused(learner: Learner, steps: Steps, rng: Random) -> None:
    """Lengths are unsigned: 0x80000000 and 0xFFFFFFFF are too much, too.

    长度是无符号的：0x80000000 和 0xFFFFFFFF 同样太大。
    """
    capped(steps)
    for size in HIGHEST:
        _refused(learner, steps, size, LIMIT, because=(signed(steps, "recv_frame"), UNASKED))


@RULES.rule(weight=2, faults=RESETS)
def a_reset_is_no_end(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the connection is reset, after whichever byte, ConnectionResetError passes on.

    连接被复位，不管在第几个字节之后：ConnectionResetError 原样抛出。
    """
    data = payload(rng, 3)
    _, peer, reply = reading(learner, steps, "recv_frame", frame(data))
    if peer.was_reset:
        signs = {_another_end: "STR-28"}
        reply.raises(ConnectionResetError, because=(_four_at_once(steps), signs))
    else:
        reply.returns(data)


@RULES.rule(weight=1)
def a_timeout_passes_on(learner: Learner, steps: Steps, rng: Random) -> None:
    """If sock has a timeout and the peer falls silent inside a frame, TimeoutError passes on.

    sock 设了超时，而对端停在一帧中间：TimeoutError 原样抛出。
    """
    begun = frame(payload(rng, 3))[:6]
    *_, reply = reading(learner, steps, "recv_frame", begun, timeout=0.04)
    reply.raises(TimeoutError, because={_another_end: "STR-13"})
