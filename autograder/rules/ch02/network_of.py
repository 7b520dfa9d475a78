"""02.3 network_of, broadcast_of: what a mask makes of an address."""

from collections.abc import Callable
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch02.shared import (
    answers,
    asked,
    broadcast,
    dotted,
    is_value,
    mask_of,
    network,
    plain,
)
from autograder.text import Mistakes

__all__ = ["RULES"]
RULES = Rules()

BOTH = {"network_of": network, "broadcast_of": broadcast}
END = {"network_of": "0", "broadcast_of": "255"}


def _works_out(learner: Learner, steps: Steps, cases: list[tuple[str, int]]) -> None:
    """Expect both addresses for each address and prefix length."""
    for address, prefix in cases:
        for name, right in BOTH.items():
            want = right(address, prefix)
            reply = asked(learner, steps, name, address, dotted(mask_of(prefix)))
            negative = _is_negative(learner, steps) if name == "broadcast_of" else None
            reply.returns(want, because=(_signs(name, address, prefix), negative))


def _signs(name: str, address: str, prefix: int) -> Mistakes:
    """Return what gives a mistake away, where it makes a difference."""
    wrong = {}
    first = int(address.split(".")[0])
    classful = 8 if first < 128 else 16 if first < 192 else 24
    if prefix != classful and classful < 24:  # else it cannot be told from the next
        wrong[BOTH[name](address, classful)] = "ADR-07"
    wrong[f"{address.rpartition('.')[0]}.{END[name]}"] = "ADR-05"
    return {is_value(value): id for value, id in wrong.items()}


def _is_negative(learner: Learner, steps: Steps) -> Callable[[Any], str | None]:
    """Return evidence: a ~ in the source, and no broadcast address whatever the mask, though the
    network's is right."""

    def looked(_: Any) -> str | None:
        if "~" not in steps.source.of(["broadcast_of"]):
            return None
        cases = [("192.0.2.77", dotted(mask_of(prefix))) for prefix in (24, 25, 12)]
        ends = answers(learner, steps, "broadcast_of", cases)
        starts = answers(learner, steps, "network_of", cases)
        fails = all(end is None or "-" in str(end) for end in ends)
        return "ADR-20" if fails and starts == ["192.0.2.0", "192.0.2.0", "192.0.0.0"] else None

    return looked


@RULES.rule(weight=1)
def host_bits_all_zero_or_all_one(learner: Learner, steps: Steps, rng: Random) -> None:
    """All host bits 0 are the network's address, all 1 the broadcast address, whatever the mask.

    主机位全 0 是网络的地址，全 1 是广播地址，不管掩码是什么。
    """
    telling = f"10.{rng.randint(1, 254)}.{rng.randint(17, 30)}.{rng.randint(1, 254)}", 20
    fixed = [("192.168.128.255", 24), ("192.168.128.255", 16), ("10.0.1.0", 8)]
    drawn = [(plain(rng), prefix) for prefix in (20, 25, 27, rng.randint(9, 15))]
    _works_out(learner, steps, [telling, *fixed, *drawn])


@RULES.rule(weight=1, condition="limits")
def the_longest_and_the_shortest_mask(learner: Learner, steps: Steps, rng: Random) -> None:
    """The masks 0.0.0.0, 255.255.255.254 and 255.255.255.255 are masks like any other.

    0.0.0.0、255.255.255.254 和 255.255.255.255 同样是掩码。
    """
    cases = [(plain(rng), prefix) for prefix in (0, 31, 32, 1, 30)]
    _works_out(learner, steps, cases)


NO_MASKS = (
    "255.0.255.0",
    "255.255.255.1",
    "127.255.255.255",
    "0.0.0.255",
    "0.0.0.1",
    "255.255.253.0",
    "255.254.254.0",
    "255.128.128.0",
    "24",
    "255.255.255",
    "255.255.255.256",
    "",
)


@RULES.rule(weight=1, condition="lookalike")
def what_is_no_mask(learner: Learner, steps: Steps, rng: Random) -> None:
    """What is not ones followed by zeros is no mask: ValueError, in both functions.

    不是“一串 1 后面跟一串 0”就不是掩码：两个函数都抛出 ValueError。
    """
    address = plain(rng)
    for name in BOTH:
        for mask in NO_MASKS:
            reply = asked(learner, steps, name, address, mask)
            reply.raises(ValueError, because={str: "ADR-14"})
