"""01.6 hexdump: bytes as xxd prints them."""

import re
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.common import AS_TEXT, mixed, word
from autograder.text import Mistakes, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {UnicodeError: AS_TEXT[(UnicodeError, str)]}

_ROW = 16
_WIDE = 59 + _ROW  # columns of a whole line
_Part = tuple[str, str, slice]
_OFFSET: _Part = ("the offset", "位置", slice(0, 10))
_TEXT_PART: _Part = ("the text", "文本", slice(59, None))
_PARTS = (_OFFSET, ("the bytes", "字节", slice(10, 59)), _TEXT_PART)
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


def _is_shown(
    learner: Learner, steps: Steps, data: bytes, parts: tuple[_Part, ...] = _PARTS
) -> None:
    """Expect the dump of data; of whole lines, only some parts may be meant."""
    steps.anew()
    want = dumped(data)
    whole = [line for line in want.splitlines() if len(line) == _WIDE]
    ends_early = such(str, lambda got: got == "\n".join(whole) != want)
    signs = {ends_early: "PYT-02", **_other_bytes_shown(want)}
    got = learner.start("hexdump", data).result(because=signs)
    shown = steps.cites(signs, got)
    if isinstance(got, str):
        if parts != _PARTS:  # a line end too many is another clause
            got = got.removesuffix("\n")
        ends = ("how many line ends", "换行符的个数")
        steps.expect(ends, got=got.count("\n"), want=want.count("\n"), because=shown)
        for number, lines in enumerate(zip(got.split("\n"), want.split("\n"), strict=True), 1):
            for english, chinese, part in parts:  # of a long line, what differs is shown
                what = f"{english} of line {number}", f"第 {number} 行的{chinese}"
                steps.expect(what, got=lines[0][part], want=lines[1][part], because=shown)
    if parts == _PARTS or not isinstance(got, str):
        steps.expect(("the dump", "转储"), got=got, want=want, because=shown)


def _other_bytes_shown(want: str) -> Mistakes:
    """Return the sign of one who shows other bytes as characters, and is right otherwise."""
    text = {at for part in _TEXT.finditer(want) for at in range(*part.span())}

    def differs_in_dots(got: Any) -> bool:
        pairs = enumerate(zip(want, got, strict=True))
        wrong = {at: pair for at, pair in pairs if pair[0] != pair[1]}
        return wrong.keys() <= text and all("." in pair for pair in wrong.values())

    return {such(str, differs_in_dots): "TXT-18"}


@RULES.rule(weight=3, condition="edges")
def sixteen_a_line(learner: Learner, steps: Steps, rng: Random) -> None:
    """A line has the offset, 16 bytes in hexadecimal and their text; the last may have fewer,
    filled up with blanks.

    一行有位置、16 个字节的十六进制和它们的文本；最后一行可以不满，用空格补足。
    """
    for size in (16, 1, 15, 17, 32, 33):
        _is_shown(learner, steps, word(rng, size).encode())
    _is_shown(learner, steps, f" {mixed(rng)}~ ".encode())


@RULES.rule(weight=1, condition="empty")
def nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """For no bytes there is no line.

    一个字节也没有，就一行也没有。
    """
    _is_shown(learner, steps, b"")


@RULES.rule(weight=2, condition="binary")
def every_byte(learner: Learner, steps: Steps, rng: Random) -> None:
    """Bytes from 0x20 to 0x7e are shown as characters, all others as a dot.

    0x20 到 0x7e 的字节显示为字符，其余都显示为点。
    """
    low = rng.randrange(10, 16)
    for data in (bytes([7, low, 0xE9]), b"\x7f", b"\x1f ~", "é你".encode()):
        _is_shown(learner, steps, data.ljust(_ROW, b"a"), _PARTS[1:])
    _is_shown(learner, steps, bytes(rng.sample(range(256), 256)), _PARTS[1:])


@RULES.rule(weight=2)
def many_lines(learner: Learner, steps: Steps, rng: Random) -> None:
    """Offsets are hexadecimal, in 8 digits, however many bytes there are.

    不管有多少字节，位置都是 8 位十六进制数。
    """
    for size in (176, 304, 4208, 65_552):
        _is_shown(learner, steps, word(rng, size).encode(), (_OFFSET,))
