"""01.4 native_and_network: how large a format is here, and on the wire."""

import struct
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.text import Because, such

__all__ = ["RULES"]
RULES = Rules()

SIZES = ("the two sizes", "两个大小")
_LETTERS = "bBhHiIlLqQ?efd"


@RULES.rule(weight=1)
def as_struct_lays_it_out(learner: Learner, steps: Steps, rng: Random) -> None:
    """The first size is that of this machine, with padding; the second that of network byte order,
    without.

    第一个是本机布局的大小，含填充；第二个是网络字节序的大小，不含填充。
    """
    drawn = ["".join(rng.choices(_LETTERS, k=rng.randrange(4, 9))) for _ in range(4)]
    for fmt in ("I", "HI", "BHI", "L", "q", "BQ", "QB", "?d", *drawn):
        want = struct.calcsize(fmt), struct.calcsize("!" + fmt)
        steps.anew()
        learner.start("native_and_network", fmt).returns(want, SIZES, _misjudged(fmt, want))


def _misjudged(fmt: str, want: tuple[int, int]) -> Because:
    """Return the signs of one who takes one size for the other, or thinks of no padding."""
    without_padding = sum(map(struct.calcsize, fmt))

    def is_another(got: Any) -> bool:
        known = {*want, without_padding}
        return len(got) == 2 and set(got) <= known and got != want[::-1]

    return {such(tuple, is_another): "TXT-07"}
