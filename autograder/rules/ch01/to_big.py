"""01.2 to_big and from_big: numbers as bytes, most significant first, and back."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.common import named
from autograder.text import Because, such

__all__ = ["RULES"]
RULES = Rules()

BYTES, NUMBER = ("the bytes", "各字节"), ("the number", "这个数")
_EXACT = 53  # bits of a float
_NEAR = 40  # bits that are right of what went through one


def _misread(n: int, size: int) -> Because:
    """Return what shows which bytes were made of a number."""
    want = n.to_bytes(size)

    def has_another_size(got: Any) -> bool:
        is_number = n in (int.from_bytes(got), int.from_bytes(got, "little"))
        return is_number and len(got) != size

    def is_rounded(got: Any) -> bool:
        off = abs(int.from_bytes(got) - n)
        return len(got) == size and n >> _EXACT > 0 and 0 < off < n >> _NEAR

    return {
        such(bytes, lambda got: got == want[::-1] != want): "TXT-05",
        such(bytes, has_another_size): "TXT-06",
        such(bytes, is_rounded): "TXT-14",
    }


def _made(learner: Learner, steps: Steps, n: int, size: int, because: Because = None) -> None:
    steps.anew()
    signs = (_misread(n, size), because)
    learner.start("to_big", n, size).returns(n.to_bytes(size), BYTES, signs)


def _read(learner: Learner, steps: Steps, data: bytes, because: Because = None) -> None:
    steps.anew()
    n = int.from_bytes(data)
    signs = {
        such(int, lambda got: got == int.from_bytes(data, "little") != n): "TXT-05",
        such(int, lambda got: got == sum(data) != n): "TXT-05",
        such(int, lambda got: n >> _EXACT > 0 and 0 < abs(got - n) < n >> _NEAR): "TXT-14",
        such(float, lambda got: got == float(n)): "TXT-14",
    }
    learner.start("from_big", data).returns(n, NUMBER, (signs, because))


@RULES.rule(weight=1)
def most_significant_first(learner: Learner, steps: Steps, rng: Random) -> None:
    """to_big gives size bytes, the most significant first.

    to_big 给出 size 个字节，最高的字节在前。
    """
    for n, size in (
        (0x1122, 2),
        (6, 4),
        (rng.randrange(1, 255), 1),
        (rng.randrange(256, 2**16), 4),
        (rng.randrange(2**16, 2**24), 4),
        (rng.randrange(2**33, 2**40), 8),
    ):
        _made(learner, steps, n, size)


@RULES.rule(weight=1, condition="limits")
def any_number_that_fits(learner: Learner, steps: Steps, rng: Random) -> None:
    """Any number that fits is exact, in any number of bytes, none and 20 among them.

    只要放得下，什么数都准确，占几个字节都行，0 个和 20 个也行。
    """
    beyond_a_float = rng.randrange(2**63, 2**64 - 2**16) | 0x300  # in 53 bits it is another number
    for n, size in ((0, 1), (255, 1), (2**16 - 1, 2), (2**32 - 1, 4), (0, 8), (2**63 + 5, 8)):
        _made(learner, steps, n, size)
    _made(learner, steps, beyond_a_float, 8)
    _made(learner, steps, 2**64 - 1, 8)
    no_letter = {named("error", "KeyError"): "TXT-07"}  # struct has none of that size
    for n, size in ((rng.randrange(2**16, 2**24), 3), (rng.randrange(2**90, 2**95), 20), (0, 0)):
        _made(learner, steps, n, size, no_letter)


@RULES.rule(weight=1, condition="limits")
def what_does_not_fit_raises(learner: Learner, steps: Steps, rng: Random) -> None:
    """A number that is negative, or does not fit into size bytes, raises OverflowError.

    负数，或者 size 个字节放不下的数，抛出 OverflowError。
    """
    more = rng.randrange(2**24, 2**30)
    for n, size in ((256, 1), (-1, 1), (2**32, 4), (1, 0), (more, 3), (-more, 8), (-1, 0)):
        steps.anew()
        cut = (n % 256**size).to_bytes(size)
        signs = {such(bytes, cut.__eq__): "TXT-20"}
        learner.start("to_big", n, size).raises(OverflowError, because=signs)


@RULES.rule(weight=1)
def read_back(learner: Learner, steps: Steps, rng: Random) -> None:
    """from_big gives the number, from 0 to 20 bytes; zeros in front change nothing.

    from_big 给出这个数，0～20 个字节都行；前面的零不起作用。
    """
    low, high = rng.randrange(1, 128), rng.randrange(128, 255)
    for data in (bytes([low]), bytes([low, high]), bytes([0, 0, high, low]), bytes([high, low, 0])):
        _read(learner, steps, data)
    for size in (4, 8, 3, 20):
        _read(learner, steps, rng.randbytes(size - 1) + b"\xfe")
    _read(learner, steps, b"\xff" * 8)
    _read(learner, steps, bytes(5))
    _read(learner, steps, b"", {named("IndexError", "ValueError", "error"): "PYT-09"})
