"""00.2 first_and_rest: an index into bytes is a number, a slice is bytes."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.common import word
from autograder.text import Mistakes, such

__all__ = ["RULES"]
RULES = Rules()

PAIR = ("the first byte and the rest", "首字节和其余部分")


def _pair(shows: Any) -> Any:
    """Return the sign of a pair that shows it."""
    return such(tuple, lambda got: len(got) == 2 and shows(got))


_OF_A_BYTE = ("ord() expected", "'int' object", "int to bytes", "type 'int'", "b'")

INDEX_OR_SLICE: Mistakes = {
    _pair(lambda got: type(got[0]) is not int or got[0] < 0): "PYT-01",
    such(
        (TypeError, AttributeError, ValueError), lambda got: any(s in str(got) for s in _OF_A_BYTE)
    ): ("PYT-01"),
}
NOT_EVEN_ONE: Mistakes = {
    (IndexError, tuple): "PYT-09",
    such(TypeError, lambda got: "length 0" in str(got) or "expected a character" in str(got)): (
        "PYT-09"
    ),
}


def _splits(learner: Learner, data: bytes) -> None:
    keeps_all = _pair(lambda got: got[1] == data)
    learner.start("first_and_rest", data).returns(
        (data[0], data[1:]), PAIR, {**INDEX_OR_SLICE, keeps_all: "PYT-01"}
    )


@RULES.rule(weight=2)
def number_and_bytes(learner: Learner, steps: Steps, rng: Random) -> None:
    """The first byte comes as a number from 0 to 255, and the others as bytes.

    首字节作为 0～255 的数返回，其余部分作为 bytes 返回。
    """
    rest = f"{word(rng, 3)} {word(rng, 2)}".encode()
    for first in (7, rng.randrange(65, 91), 255, 0):
        _splits(learner, bytes([first]) + rest)
    _splits(learner, rng.randbytes(1))
    _splits(learner, b"\x80" + rng.randbytes(rng.randint(20, 30)))


@RULES.rule(weight=1)
def nothing_at_all(learner: Learner, steps: Steps, rng: Random) -> None:
    """Empty data raises ValueError.

    data 为空时抛出 ValueError。
    """
    learner.start("first_and_rest", b"").raises(ValueError, because=NOT_EVEN_ONE)
