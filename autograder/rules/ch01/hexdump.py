"""01.6 hexdump: bytes as xxd prints them."""

import re
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.common import AS_TEXT, mixed, word
from autograder.text import Because, Mistakes, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {UnicodeError: AS_TEXT[(UnicodeError, str)]}

_ROW = 16
_WIDE = 59 + _ROW  # columns of a whole line
_TEXT = re.compile(r"(?<=^.{59})..*$", re.MULTILINE)  # of a line: what stands behind 59 columns


def dumped(data: bytes) -> str:
    """Return what `xxd -g 1` prints, without the last line end."""
    rows = [data[start : start + _ROW] for start in range(0, len(data), _ROW)]
    return "\n".join(
        f"{_ROW * index:08x}: {row.hex(' ').ljust(47)}  {''.join(map(_shown, row))}"
        for index, row in enumerate(rows)
    )


def _shown(byte: int) -> str:
    return chr(byte) if 0x20 <= byte <= 0x7E else "."


def _is_shown(learner: Learner, data: bytes, because: Because = None) -> None:
    want = dumped(data)
    whole = [line for line in want.splitlines() if len(line) == _WIDE]
    ends_early = such(str, lambda got: got == "\n".join(whole) != want)
    signs = ({ends_early: "PYT-02"}, because)
    learner.start("hexdump", data).returns(want, ("the dump", "转储"), signs)


def _text_alone_differs(data: bytes) -> Because:
    """Return the sign of one who has only shown other bytes as characters."""
    want = dumped(data)
    text = {at for part in _TEXT.finditer(want) for at in range(*part.span())}

    def differs_there(got: Any) -> bool:
        wrong = {at for at, (one, other) in enumerate(zip(want, got, strict=True)) if one != other}
        return bool(wrong) and wrong <= text

    return {such(str, differs_there): "TXT-18"}


@RULES.rule(weight=3, condition="edges")
def sixteen_a_line(learner: Learner, steps: Steps, rng: Random) -> None:
    """A line has the offset, 16 bytes in hexadecimal and their text; the last may have fewer,
    filled up with blanks.

    一行有位置、16 个字节的十六进制和它们的文本；最后一行可以不满，用空格补足。
    """
    for size in (16, 1, 15, 17, 32, 33):
        _is_shown(learner, word(rng, size).encode())
    _is_shown(learner, f" {mixed(rng)}~ ".encode())


@RULES.rule(weight=1, condition="empty")
def nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """For no bytes there is no line.

    一个字节也没有，就一行也没有。
    """
    _is_shown(learner, b"")


@RULES.rule(weight=2, condition="binary")
def every_byte(learner: Learner, steps: Steps, rng: Random) -> None:
    """Bytes from 0x20 to 0x7e are shown as characters, all others as a dot.

    0x20 到 0x7e 的字节显示为字符，其余都显示为点。
    """
    low = rng.randrange(10, 16)
    for data in (bytes([7, low, 0xE9]), b"\x7f", b"\x1f ~", "é你".encode()):
        _is_shown(learner, data, _text_alone_differs(data))
    every = bytes(rng.sample(range(256), 256))
    _is_shown(learner, every, _text_alone_differs(every))


@RULES.rule(weight=2)
def many_lines(learner: Learner, steps: Steps, rng: Random) -> None:
    """Offsets are hexadecimal, in 8 digits, however many bytes there are.

    不管有多少字节，位置都是 8 位十六进制数。
    """
    for size in (170, 300, 4200):
        _is_shown(learner, word(rng, size).encode())
