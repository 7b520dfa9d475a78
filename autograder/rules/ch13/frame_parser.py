"""13.4 FrameParser: frames out of a stream, however it arrives."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch13.parsing import STREAM, Parser, holds_text
from autograder.rules.common import ANNA, BEN, han, payload
from autograder.rules.frames import (
    ENDS,
    IS_SHORT,
    LARGE,
    frame,
    frames_in,
    header,
    signed,
)
from autograder.rules.their import HIGHEST, HUGE, capped
from autograder.text import NOTHING, Because, Mistakes, Text, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {IS_SHORT: "STR-44"}

LIMIT = 5
PIECE = 512 << 10
MANY = 2_000  # frames in one piece: more than calls stand in one another (Python: 1,000)
IN_HEADERS = tuple(f"split {n}" for n in (1, 2, 3, 9, 13))
MORE = b"???"  # of a payload that was to be refused: not all of it


def _parser(
    learner: Learner,
    steps: Steps,
    because: Because,
    *limit: int,
    lost: str | None = None,
    of: Text = STREAM,
) -> Parser:
    return Parser(
        learner,
        steps,
        "FrameParser",
        frames_in,
        because,
        *limit,
        another=frame(b"?"),
        empty="STR-18",
        lost=lost,
        garbled=lost,
        of=of,
    )


def _overlooks(parser: Parser) -> Because:
    """Return evidence where a header was to be refused: nothing came of it, nor of more."""
    overlooks = parser.overlooks(MORE)
    return lambda got: overlooks(got) if got == [] else NOTHING if isinstance(got, list) else None


def _cut(data: bytes) -> Mistakes:
    """Return what shows that something came before the rest did: a part of data as a frame, or
    half a character."""
    whole = frames_in(data)

    def is_a_part(got: list[Any]) -> bool:
        parts = [each for each in got if isinstance(each, bytes) and each not in whole]
        return any(each and each in frame for each in parts for frame in whole)

    return {such(list, is_a_part): "STR-24", UnicodeError: "TXT-02"}


def _three(rng: Random) -> bytes:
    """Return frames with payloads of 3, 0 and 2 bytes: they end after 7, 11 and 17 bytes."""
    return frame(payload(rng, 3)) + frame(b"") + frame(payload(rng, 2))


@RULES.rule(weight=2)
def a_frame_at_a_time(learner: Learner, steps: Steps, rng: Random) -> None:
    """feed returns a list of the payloads of the frames completed, whatever bytes they hold.

    feed 返回列表，内容是由此变得完整的各帧的载荷，不管是什么字节。
    """
    parser = _parser(learner, steps, {UnicodeError: "TXT-03", holds_text: "TXT-03"})
    said, binary = payload(rng, 3), (b"\xff\xfe\r\n \0", bytes(range(256)))
    for data in (said, *binary, han(rng, 2).encode()):
        parser.feed(frame(data))


@RULES.rule(weight=2, condition="empty")
def an_empty_frame_counts(learner: Learner, steps: Steps, rng: Random) -> None:
    """An empty frame gives b"".

    空的一帧给出 b""。
    """
    parser = _parser(learner, steps, None)
    parser.feed(frame(b""))
    parser.feed(frame(payload(rng, 3)))


@RULES.rule(weight=3, faults=("", "split 7", "split 11"))
def several_at_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """All the frames that arrive in one piece are returned, in order.

    一次到达的所有帧，按顺序全部返回。
    """
    _parser(learner, steps, None).feed(_three(rng))


@RULES.rule(weight=1)
def many_at_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """Two thousand frames that arrive in one piece are returned, too.

    一次到达两千帧，也全部返回。
    """
    many = b"".join(frame(payload(rng, 2)) for _ in range(MANY))
    _parser(learner, steps, None).feed(many)


@RULES.rule(weight=3, faults=("split 5", "split 6", "split 16"))
def cut_in_a_payload(learner: Learner, steps: Steps, rng: Random) -> None:
    """Where a payload is cut, the frame is returned when its last byte has come.

    载荷被切开时，最后一个字节到达后返回这一帧。
    """
    three = _three(rng)
    _parser(learner, steps, _cut(three), lost="STR-01").feed(three)


@RULES.rule(weight=3, faults=IN_HEADERS)
def cut_in_a_header(learner: Learner, steps: Steps, rng: Random) -> None:
    """Where a header is cut, after any of its bytes, no frame is lost or changed.

    头部被切开时，不管切在它的哪个字节之后，都不丢帧、不改变帧。
    """
    three = _three(rng)
    _parser(learner, steps, _cut(three), lost="STR-44").feed(three)


@RULES.rule(weight=2, condition="non-ascii", faults=("split 5", "split every 1"))
def cut_in_a_character(learner: Learner, steps: Steps, rng: Random) -> None:
    """Where a character is cut, and one byte at a time, the frames are the same.

    切在一个字符中间，或者逐字节到达，得到的帧都不变。
    """
    three = frame(han(rng, 2).encode()) + frame(b"") + frame(payload(rng, 3))
    _parser(learner, steps, _cut(three), lost="STR-01").feed(three)


@RULES.rule(weight=1, condition="empty")
def no_bytes_change_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """feed(b"") returns [], and the stream goes on, also inside a frame.

    feed(b"") 返回 []，流继续，在一帧中间也一样。
    """
    parser, data = _parser(learner, steps, {EOFError: "STR-13"}), frame(payload(rng, 3))
    for piece in (b"", data[:2], b"", data[2:6], b"", data[6:], b""):
        parser.feed(piece)


@RULES.rule(weight=2, misconception="CON-10")
def two_parsers_share_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """Two parsers know nothing of each other.

    两个解析器互不相干。
    """
    anna, ben = (_parser(learner, steps, "CON-10", of=name) for name in (ANNA, BEN))
    first, second = frame(payload(rng, 3)), frame(payload(rng, 3))
    anna.feed(first[:6])
    ben.feed(second)
    anna.feed(first[6:])


@RULES.rule(weight=1)
def a_mebibyte_in_pieces(learner: Learner, steps: Steps, rng: Random) -> None:
    """Without limit a payload may have 1 MiB, and comes whole.

    不给 limit 时载荷可以有 1 MiB，并且完整返回。
    """
    parser, data = _parser(learner, steps, None), frame(rng.randbytes(LARGE))
    steps.keep_told()
    for start in range(0, len(data), PIECE):
        steps.anew()
        parser.feed(data[start : start + PIECE])


@RULES.rule(weight=1, faults=("", "split every 1"))
def up_to_the_limit(learner: Learner, steps: Steps, rng: Random) -> None:
    """Exactly limit bytes are fine.

    恰好 limit 个字节是可以的。
    """
    parser = _parser(learner, steps, None, LIMIT)
    parser.feed(frame(payload(rng, LIMIT)) + frame(b""))


@RULES.rule(weight=3, faults=("", "split every 1"))
def too_much_is_refused_at_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """A header that announces one byte more than limit raises FrameError before any comes.

    头部声明的长度只比 limit 多一个字节，也立即抛出 FrameError，不等载荷到达。
    """
    parser = _parser(learner, steps, None, LIMIT)
    parser.feed(frame(b""))
    parser.refuses(header(LIMIT + 1), _overlooks(parser))
    steps.anew()
    _parser(learner, steps, None).refuses(header(LARGE + 1))
    steps.anew()
    _parser(learner, steps, None, LIMIT).refuses(frame(payload(rng, 3)) + header(LIMIT + 1))


@RULES.rule(weight=1)
def nothing_is_allocated(learner: Learner, steps: Steps, rng: Random) -> None:
    """No memory is taken for a payload that is refused.

    被拒绝的载荷，不为它分配内存。
    """
    capped(steps)
    parser = _parser(learner, steps, None, LIMIT)
    parser.refuses(header(HUGE), ({MemoryError: "STR-25"}, _overlooks(parser)))


@RULES.rule(weight=1)
def the_highest_lengths_are_refused(learner: Learner, steps: Steps, rng: Random) -> None:
    """Lengths are unsigned: 0x80000000 and 0xFFFFFFFF are too much, too.

    长度是无符号的：0x80000000 和 0xFFFFFFFF 同样太大。
    """
    capped(steps)
    for size in HIGHEST:
        steps.anew()
        parser = _parser(learner, steps, None, LIMIT)
        cites = (signed(steps, "FrameParser"), {MemoryError: "STR-25"}, _overlooks(parser))
        parser.refuses(header(size), cites)


@RULES.rule(weight=3, faults=("", *ENDS))
def close_inside_a_frame(learner: Learner, steps: Steps, rng: Random) -> None:
    """After whichever byte the stream ends: close raises EOFError inside a frame, else nothing.

    流在任何一个字节之后结束：在一帧中间，close 抛出 EOFError，否则什么也不抛出。
    """
    parser = _parser(learner, steps, None)
    parser.feed(frame(payload(rng, 3)))
    parser.close()
