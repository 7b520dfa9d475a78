"""01.3 pack_header and unpack_header: seven bytes, no hole, in network byte order."""

import struct
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.text import Mistakes, such

__all__ = ["RULES"]
RULES = Rules()

HEADER, NUMBERS = ("the header", "首部"), ("the numbers", "三个数")
_SIZE = 7
_LARGEST = (0xFF, 0xFFFF, 0xFFFF_FFFF)


def _packed(version: int, charset: int, length: int) -> bytes:
    return struct.pack("!BHI", version, charset, length)


def _drawn(rng: Random) -> tuple[int, int, int]:
    return rng.randrange(2, 200), rng.randrange(258, 2**15), rng.randrange(2**17, 2**24)


def _signs(steps: Steps, want: tuple[int, int, int]) -> Mistakes:
    """Return what shows in which order, and with which holes, numbers were packed or read."""
    in_order = [struct.pack(f"{order}BHI", *want) for order in "<!"]
    swapped = struct.unpack("<BHI", in_order[1])
    code = steps.source.of(["pack_header", "unpack_header"])
    reversed_by = "TXT-05" if "<" in code or "little" in code else "TXT-06"
    with_hole = {data[:1] + b"\0" + data[1:] for data in in_order}

    def lacks_the_hole(got: Any) -> bool:
        return "requires a buffer of 8 bytes" in str(got)

    return {
        such(bytes, with_hole.__contains__): "TXT-07",
        such(Exception, lacks_the_hole): "TXT-07",
        such(bytes, lambda got: got == in_order[0] != in_order[1]): reversed_by,
        such(tuple, lambda got: got == swapped != want): reversed_by,
    }


def _both_ways(learner: Learner, steps: Steps, *numbers: int) -> None:
    steps.anew()
    want = (numbers[0], numbers[1], numbers[2])
    signs = _signs(steps, want)
    learner.start("pack_header", *want).returns(_packed(*want), HEADER, signs)
    learner.start("unpack_header", _packed(*want)).returns(want, NUMBERS, signs)


@RULES.rule(weight=1)
def there_and_back(learner: Learner, steps: Steps, rng: Random) -> None:
    """The header has 7 bytes: version in one, charset in two, length in four, all big-endian; it
    is read back, too.

    首部有 7 个字节：version 占一个，charset 占两个，length 占四个，都是大端；也能读回来。
    """
    _both_ways(learner, steps, 1, 106, 6)
    _both_ways(learner, steps, *_drawn(rng))


@RULES.rule(weight=1, condition="limits")
def the_largest_numbers(learner: Learner, steps: Steps, rng: Random) -> None:
    """The smallest and the largest numbers fit: none has a sign.

    最小和最大的数都放得下：都不带符号。
    """
    for want in (_LARGEST, (0, 0, 0), (0x80, 0x8000, 0x8000_0000)):
        steps.anew()
        signs = _signs(steps, want)
        learner.start("pack_header", *want).returns(_packed(*want), HEADER, signs)
        learner.start("unpack_header", _packed(*want)).returns(want, NUMBERS, signs)


@RULES.rule(weight=1)
def other_sizes_raise(learner: Learner, steps: Steps, rng: Random) -> None:
    """unpack_header raises ValueError unless data has exactly 7 bytes.

    data 不是正好 7 个字节，unpack_header 就抛出 ValueError。
    """
    data = _packed(*_drawn(rng)) * 2
    for size in (6, 8, 0, 14, rng.randrange(1, 6)):
        steps.anew()
        learner.start("unpack_header", data[:size]).raises(ValueError, because={tuple: "TXT-17"})
