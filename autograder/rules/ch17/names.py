"""17.1 names: what a mask says."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.text import Because, Mistakes, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

BITS = {  # of Linux, epoll_ctl(2); the learner's are those of `select`
    "EPOLLIN": 0x1,
    "EPOLLPRI": 0x2,
    "EPOLLOUT": 0x4,
    "EPOLLERR": 0x8,
    "EPOLLHUP": 0x10,
    "EPOLLRDHUP": 0x2000,
    "EPOLLONESHOT": 1 << 30,
    "EPOLLET": 1 << 31,
}
UNKNOWN = (0x40, 0x200, 0x100000)  # EPOLLRDNORM, EPOLLWRBAND, and one that nothing has
MISTAKES: Mistakes = {such((set, list), lambda got: "EPOLLLT" in got): "EPL-10"}


def _says(learner: Learner, mask: int, because: Because = None) -> None:
    want = {name for name, bit in BITS.items() if mask & bit}
    reply = learner.start_as(f"names({mask:#x})", "names", mask)
    reply.returns(want, because=because)


def _are_missing(got: Any) -> bool:
    return len(got) < 2


@RULES.rule(weight=1)
def each_bit(learner: Learner, steps: Steps, rng: Random) -> None:
    """Each of the eight bits has its name; 0 has none.

    八个标志位各有自己的名字；0 没有名字。
    """
    for mask in (*rng.sample(sorted(BITS.values()), len(BITS)), 0):
        steps.anew()
        _says(learner, mask)


@RULES.rule(weight=2)
def several_bits(learner: Learner, steps: Steps, rng: Random) -> None:
    """A mask of several bits has all their names.

    含有几个标志位的掩码，返回它们的全部名字。
    """
    drawn = sum(rng.sample(sorted(BITS.values()), 5))
    for mask in (0x19, 0x2001, BITS["EPOLLET"] | BITS["EPOLLIN"], drawn, sum(BITS.values())):
        steps.anew()
        _says(learner, mask, {such(set, _are_missing): "EPL-06"})


@RULES.rule(weight=1)
def unknown_bits(learner: Learner, steps: Steps, rng: Random) -> None:
    """Other bits are ignored.

    其他标志位忽略不计。
    """
    for bit in UNKNOWN:
        steps.anew()
        _says(learner, bit | 0x5)
