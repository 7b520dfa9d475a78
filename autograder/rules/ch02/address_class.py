"""02.6 address_class: the first bits, without exception."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch02.shared import asked
from autograder.text import Because, such

__all__ = ["RULES"]
RULES = Rules()

FIRST = {"A": (0, 127), "B": (128, 191), "C": (192, 223), "D": (224, 239), "E": (240, 255)}


def _is(learner: Learner, steps: Steps, address: str, name: str, because: Because = None) -> None:
    signs = because
    if name == "D":  # a multicast address among those of hosts
        signs = ({such(str, lambda got: got == "C"): "ADR-02"}, because)
    asked(learner, steps, "address_class", address).returns(name, because=signs)


@RULES.rule(weight=1)
def by_the_first_bits(learner: Learner, steps: Steps, rng: Random) -> None:
    """The first bits 0, 10, 110, 1110 and 1111 are A, B, C, D and E.

    前几位是 0、10、110、1110、1111，分别为 A、B、C、D、E 类。
    """
    for name, (low, high) in FIRST.items():
        edges = (max(low, 1), 126 if high == 127 else high)  # 0 and 127: the next rule
        for first in (rng.randint(low + 1, high - 1), *edges):
            rest = ".".join(str(rng.randint(2, 253)) for _ in range(3))
            _is(learner, steps, f"{first}.{rest}", name)


@RULES.rule(weight=1, condition="limits")
def no_address_is_left_out(learner: Learner, steps: Steps, rng: Random) -> None:
    """Every address has a class: the first and the last of each, 0.0.0.0 and 127.0.0.1, too.

    每个地址都有类别：每一类的第一个和最后一个，以及 0.0.0.0 和 127.0.0.1，都不例外。
    """
    left_out: dict[Any, str | None] = {object: "ADR-04"}
    for address, name in (("128.0.0.1", "B"), ("192.0.0.1", "C")):
        _is(learner, steps, address, name, left_out)
    last_group: dict[Any, str | None] = {object: "ADR-10"}
    _is(learner, steps, "239.255.255.255", "D", last_group)
    for name, (low, high) in FIRST.items():
        _is(learner, steps, f"{low}.0.0.0", name)
        _is(learner, steps, f"{high}.255.255.255", name)
    for address, name in (("127.0.0.1", "A"), ("0.0.0.1", "A"), ("233.255.255.254", "D")):
        _is(learner, steps, address, name)
