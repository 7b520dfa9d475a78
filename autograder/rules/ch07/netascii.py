"""07.6 to_netascii and from_netascii: line ends as the network writes them."""

from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.text import Because

__all__ = ["RULES"]

RULES = Rules()

PAIRS = {b"\n": b"\r\n", b"\r": b"\r\0", b"\r\n": b"\r\0\r\n", b"\n\r": b"\r\n\r\0"}


def _both_ways(
    learner: Learner, steps: Steps, data: bytes, wire: bytes, because: str = "TFT-22"
) -> None:
    """Expect data to become wire, and wire data."""
    cites = _or_as_text(because)
    got = learner.call("to_netascii", data, because=cites)
    steps.expect(("on the wire", "线路上的字节"), got=got, want=wire, because=cites)
    got = learner.call("from_netascii", wire, because=cites)
    steps.expect(("in the file", "文件里的字节"), got=got, want=data, because=cites)


def _or_as_text(because: str) -> Because:
    return lambda got: "TXT-03" if isinstance(got, (UnicodeError, str)) else because


def _encoded(data: bytes) -> bytes:
    return b"".join(PAIRS.get(bytes([byte]), bytes([byte])) for byte in data)


@RULES.rule(weight=2, misconception="TFT-22")
def each_line_end(learner: Learner, steps: Steps, rng: Random) -> None:
    """LF is CR LF on the wire and CR is CR NUL, alone and side by side.

    在线路上，LF 写成 CR LF，CR 写成 CR NUL：单独出现、挨在一起都一样。
    """
    for data, wire in PAIRS.items():
        _both_ways(learner, steps, data, wire)


@RULES.rule(weight=1, condition="binary", misconception="TXT-03")
def every_other_byte(learner: Learner, steps: Steps, rng: Random) -> None:
    """Every other byte stays as it is: NUL, form feed, blanks, what is no text.

    其他字节都保持原样：NUL、换页符、空格，以及不是文本的字节。
    """
    for data in (b"", b" a\t", b"\0\x0b\x0c\0", b"\xff\xfe" + rng.randbytes(2), bytes(range(256))):
        because = "TFT-22" if data.isascii() else "TXT-03"
        _both_ways(learner, steps, data, _encoded(data), because)


@RULES.rule(weight=2, misconception="TFT-22")
def back_again(learner: Learner, steps: Steps, rng: Random) -> None:
    """from_netascii(to_netascii(x)) is x for every x.

    对任何 x，from_netascii(to_netascii(x)) 都等于 x。
    """
    for size in range(2, 14):
        data = bytes(rng.choices(b"\r\n\0a", k=size))
        wire = learner.call("to_netascii", data)
        got = learner.call("from_netascii", wire)
        steps.expect(("x", "x"), got=got, want=data)
