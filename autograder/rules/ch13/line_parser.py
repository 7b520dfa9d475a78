"""13.5 LineParser: lines out of a stream, however it arrives."""

from collections.abc import Callable
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch13.parsing import Parser, holds_text
from autograder.rules.common import han, mixed, payload
from autograder.rules.frames import IS_REFUSED
from autograder.text import NOTHING, Because, Mistakes, such

__all__ = ["RULES"]
RULES = Rules()

LONG = 100  # a max_len that is not reached
MOST = 3  # one that is
MORE, LONGER = b"???", b"?" * 20 + b"\n"  # of a line that was to be refused; one that is longer
ENDS = (b"\r", b"\n")
MANY = 2_000  # lines in one piece: more than calls stand in one another (Python: 1,000)

EVERYWHERE = ("split 1", "split 3", "split 4", "split 5", "split 6", "split every 1")
"""Two words, an empty line and LF or CR LF behind each: nine bytes and one."""

TEXT: Mistakes = {UnicodeError: "TXT-02", holds_text: "TXT-03"}


def _cut(data: bytes) -> Mistakes:
    """Return what shows that a part of a line was taken for a line; that may end in a CR."""
    whole = lines_in(data)

    def is_a_part(got: list[Any]) -> bool:
        parts = [each for each in got if isinstance(each, bytes) and each not in whole]
        return any(each.removesuffix(b"\r") in line for each in parts for line in whole)

    return {such(list, is_a_part): "STR-01"}


def lines_in(stream: bytes) -> list[bytes]:
    """Return the lines that are complete in the beginning of a stream, without their ends."""
    return [line.removesuffix(b"\r") for line in stream.split(b"\n")[:-1]]


_lost_crs = such(list, lambda got: not any(b"\r" in each for each in got))


def _parser(learner: Learner, steps: Steps, because: Because, max_len: int = LONG) -> Parser:
    return Parser(
        learner,
        steps,
        "LineParser",
        lines_in,
        because,
        max_len,
        another=b"?\n",
        empty="STR-23",
        lost="STR-01",
    )


def _counts_the_end(learner: Learner, steps: Steps, parser: Parser) -> Because:
    """Return evidence where a line that is short enough was refused: its end, or what may be
    that, was the last byte that came; and short lines are not counted together."""

    def shown(got: Any) -> str | None:
        if not (IS_REFUSED(got) and parser.came.endswith(ENDS)):
            return None
        with steps.untold():
            _, names = _parser(learner, steps, None, MOST).more(b"?\n" * MOST)
        return NOTHING if "FrameError" in names else "STR-46"

    return shown


def _lost_blanks(data: bytes) -> Callable[[Any], bool]:
    """Return the sign of lines that differ in blanks alone, or are cut at them."""
    want, blanks = lines_in(data), b" \t\r\n\x0b\x0c\x1c"

    def lost(got: list[Any]) -> bool:
        if not all(isinstance(each, bytes) for each in got) or got == want:
            return False
        return b"".join(got).translate(None, blanks) == b"".join(want).translate(None, blanks)

    return such(list, lost)


@RULES.rule(weight=2)
def a_line_at_a_time(learner: Learner, steps: Steps, rng: Random) -> None:
    """A line ends with b"\\n"; it is returned as bytes, without its end.

    一行以 b"\\n" 结尾；返回 bytes，不含行尾。
    """
    parser = _parser(learner, steps, TEXT)
    for end in (b"\n", b"\n", b"\r\n"):
        parser.feed(payload(rng, 3) + end)
    parser.feed(mixed(rng).encode() + b"\n")


@RULES.rule(weight=2)
def several_at_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """All the lines that arrive in one piece are returned, in order, two thousand as well as two.

    一次到达的所有行，按顺序全部返回，两行如此，两千行也如此。
    """
    parser = _parser(learner, steps, None)
    for size, count in ((3, 2), (2, MANY)):
        parser.feed(b"".join(payload(rng, size) + b"\n" for _ in range(count)))


@RULES.rule(weight=2, condition="no content")
def empty_lines_count(learner: Learner, steps: Steps, rng: Random) -> None:
    """An empty line gives b""; feed(b"") gives nothing.

    空行给出 b""；feed(b"") 什么也不给。
    """
    parser = _parser(learner, steps, None)
    for data in (b"\n", b"\r\n\n", payload(rng, 3) + b"\n\n", b""):
        parser.feed(data)


@RULES.rule(weight=3, faults=EVERYWHERE)
def however_it_is_cut(learner: Learner, steps: Steps, rng: Random) -> None:
    """However the stream was cut, also between b"\\r" and b"\\n", the lines are the same.

    不管字节流怎样切开，切在 b"\\r" 和 b"\\n" 之间也一样，得到的行不变。
    """
    data = payload(rng, 3) + b"\r\n\n" + payload(rng, 3) + b"\n"
    _parser(learner, steps, _cut(data)).feed(data)


@RULES.rule(weight=2, condition="non-ascii", faults=("split 1", "split 5"))
def cut_in_a_character(learner: Learner, steps: Steps, rng: Random) -> None:
    """Where a character is cut, the line is the same.

    切在一个字符中间，得到的行也不变。
    """
    data = han(rng, 2).encode() + b"\n"
    _parser(learner, steps, (TEXT, _cut(data))).feed(data)


@RULES.rule(weight=3)
def nothing_else_is_removed(learner: Learner, steps: Steps, rng: Random) -> None:
    """Only one b"\\r" just before b"\\n" belongs to the end; other CRs, blanks, NULs stay.

    只有紧挨在 b"\\n" 前面的一个 b"\\r" 属于行尾；别的 CR、空白、NUL 都原样保留。
    """
    parser, one, two = _parser(learner, steps, TEXT), payload(rng, 2), payload(rng, 2)
    crs, blanks = (one + b"\r" + two, one + b"\r\r"), b"  " + one + b"\t "
    others = one + b"\0\x0b\x0c\x1c" + two, "…\u2028\x85".encode(), b"\xff\xfe\x85"
    for line in (*crs, blanks, *others):
        parser.feed(line + b"\n", {_lost_blanks(line + b"\n"): "STR-41"})


@RULES.rule(weight=2, faults="split every 1")
def up_to_max_len(learner: Learner, steps: Steps, rng: Random) -> None:
    """max_len bytes are fine; the end does not count, neither b"\\n" nor b"\\r\\n".

    恰好 max_len 个字节是可以的；行尾不计，b"\\n" 不计，b"\\r\\n" 也不计。
    """
    parser = _parser(learner, steps, None, MOST)
    for size, end in ((MOST, b"\n"), (MOST, b"\r\n"), (2, b"\r\r\n")):
        line = payload(rng, size) + end
        parser.feed(line, (_counts_the_end(learner, steps, parser), {_lost_blanks(line): "STR-41"}))
    parser = _parser(learner, steps, None, 0)
    parser.feed(b"\r\n\n", _counts_the_end(learner, steps, parser))


@RULES.rule(weight=2, faults=("", "split every 1"))
def too_long_a_line(learner: Learner, steps: Steps, rng: Random) -> None:
    """A line of max_len + 1 bytes raises FrameError, however it ends.

    一行有 max_len + 1 个字节就抛出 FrameError，不管怎样结尾。
    """
    for size, end in ((MOST + 1, b"\n"), (MOST + 1, b"\r\n"), (MOST, b"\r\r\n")):
        steps.anew()
        parser = _parser(learner, steps, None, MOST)
        cites = parser.overlooks(LONGER) if size > MOST else {_lost_crs: "STR-41"}
        parser.refuses(payload(rng, size) + end, cites)
    steps.anew()
    short_and_long = payload(rng, 1) + b"\n" + payload(rng, MOST + 1) + b"\n"
    parser = _parser(learner, steps, None, MOST)
    parser.refuses(short_and_long, parser.overlooks(LONGER))


@RULES.rule(weight=3, faults="split every 1")
def a_line_without_end(learner: Learner, steps: Steps, rng: Random) -> None:
    """max_len + 2 bytes without b"\\n" raise FrameError before the end of the line comes.

    来了 max_len + 2 个字节还没有 b"\\n"，不等行尾到达就抛出 FrameError。
    """
    parser = _parser(learner, steps, None, MOST)
    parser.feed(payload(rng, 2) + b"\n")
    parser.refuses(payload(rng, MOST + 2), parser.overlooks(MORE))
    for data in (payload(rng, MOST) + b"\r\r", b"\0" * (MOST + 2)):
        steps.anew()
        parser = _parser(learner, steps, None, MOST)
        parser.refuses(data, None if b"\r" in data else parser.overlooks(MORE))
