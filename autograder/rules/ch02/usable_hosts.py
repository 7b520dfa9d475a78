"""02.4 usable_hosts: how many addresses are left for hosts."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch02.shared import asked, is_value
from autograder.text import Mistakes

__all__ = ["RULES"]
RULES = Rules()

IN_THE_NOTES = 1_677_214  # of class A: a digit is missing


@RULES.rule(weight=1)
def all_but_two(learner: Learner, steps: Steps, rng: Random) -> None:
    """A prefix from 1 to 30: all addresses but the network's and the broadcast address.

    前缀长度 1～30：除网络地址和广播地址以外的全部地址。
    """
    ordinary = rng.sample([n for n in range(1, 31) if n not in (8, 24)], k=28)
    for prefix in (24, *ordinary, 8):
        want = 2 ** (32 - prefix) - 2
        signs: dict[Any, str | None] = {float: "TXT-14", is_value(IN_THE_NOTES): "ADR-01"}
        if prefix != 24:
            signs[is_value(254)] = "ADR-05"
        asked(learner, steps, "usable_hosts", prefix).returns(want, because=signs)


@RULES.rule(weight=1, condition="limits")
def the_smallest_networks(learner: Learner, steps: Steps, rng: Random) -> None:
    """In a /31 both addresses are hosts', in a /32 the one; below 0 and above 32: ValueError.

    /31 的两个地址都归主机用，/32 只有那一个；小于 0 或大于 32：抛出 ValueError。
    """
    asked(learner, steps, "usable_hosts", 0).returns(2**32 - 2, because={float: "TXT-14"})
    for prefix, want in ((31, 2), (32, 1)):
        less: Mistakes = {is_value(0): "ADR-18"} if prefix == 31 else {}
        asked(learner, steps, "usable_hosts", prefix).returns(want, because=less)
    for prefix in (-1, 33, rng.randint(34, 90), -rng.randint(2, 90)):
        asked(learner, steps, "usable_hosts", prefix).raises(ValueError)
