"""07.6 to_netascii and from_netascii: line ends as the network writes them."""

from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.text import Mistakes, such

__all__ = ["RULES"]
RULES = Rules()

PAIRS = {b"\n": b"\r\n", b"\r": b"\r\0", b"\r\n": b"\r\0\r\n", b"\n\r": b"\r\n\r\0"}


def _both_ways(learner: Learner, data: bytes, wire: bytes) -> None:
    """Expect data to become wire, and wire data."""
    written = learner.start("to_netascii", data)
    written.returns(wire, ("on the wire", "线路上的字节"), _signs(data, wire))
    read = learner.start("from_netascii", wire)
    read.returns(data, ("in the file", "文件里的字节"), _read(wire, data))


def _signs(given: bytes, want: bytes) -> Mistakes:
    """Return what shows that line ends were not seen to, or that bytes were taken for text."""

    def is_another_line_end(got: bytes) -> bool:
        return got != want and got.translate(None, b"\r\n\0") == want.translate(None, b"\r\n\0")

    replaced = such(bytes, lambda got: b"\xef\xbf\xbd" in got and b"\xef\xbf\xbd" not in given)
    return {replaced: "TXT-03", such(bytes, is_another_line_end): "TFT-22"}


def _read(wire: bytes, want: bytes) -> Mistakes:
    """The same of what was read: who drops every NUL knows which pairs there are."""
    return {such(bytes, lambda got: got == want.replace(b"\0", b"")): None, **_signs(wire, want)}


@RULES.rule(weight=2)
def each_line_end(learner: Learner, steps: Steps, rng: Random) -> None:
    """LF is CR LF on the wire and CR is CR NUL, alone and side by side.

    在线路上，LF 写成 CR LF，CR 写成 CR NUL：单独出现、挨在一起都一样。
    """
    for data, wire in PAIRS.items():
        _both_ways(learner, data, wire)


@RULES.rule(weight=1, condition="binary")
def every_other_byte(learner: Learner, steps: Steps, rng: Random) -> None:
    """Every other byte stays as it is: NUL, form feed, blanks, what is no text.

    其他字节都保持原样：NUL、换页符、空格，以及不是文本的字节。
    """
    for data in (b"", b" a\t", b"\0\x0b\x0c\0", b"\xff\xfe" + rng.randbytes(2), bytes(range(256))):
        wire = b"".join(PAIRS.get(bytes([byte]), bytes([byte])) for byte in data)
        _both_ways(learner, data, wire)


@RULES.rule(weight=2)
def back_again(learner: Learner, steps: Steps, rng: Random) -> None:
    """from_netascii(to_netascii(x)) is x for every x.

    对任何 x，from_netascii(to_netascii(x)) 都等于 x。
    """
    for size in range(2, 14):
        data = bytes(rng.choices(b"\r\n\0a", k=size))
        wire = learner.call("to_netascii", data)
        learner.start("from_netascii", wire).returns(data, "x", _read(wire, data))
