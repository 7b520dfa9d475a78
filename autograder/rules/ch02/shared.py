"""What rules of several exercises of chapter 02 need: addresses as numbers, and calls of values."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from autograder.network import Learner, Reply, Steps
from autograder.text import Failed, such

__all__ = [
    "ALL",
    "answers",
    "asked",
    "broadcast",
    "dotted",
    "is_value",
    "mask_of",
    "network",
    "number",
    "plain",
]

ALL = 2**32 - 1
"""The highest address."""


def number(text: str) -> int:
    """Return an address as a number."""
    return int.from_bytes(map(int, text.split(".")), "big")


def dotted(value: int) -> str:
    """Return the address of that number."""
    return ".".join(map(str, value.to_bytes(4, "big")))


def mask_of(prefix: int) -> int:
    """Return the mask of that prefix length, as a number."""
    return ALL >> (32 - prefix) << (32 - prefix)


def network(address: str, prefix: int) -> str:
    """Return the address of the network."""
    return dotted(number(address) & mask_of(prefix))


def broadcast(address: str, prefix: int) -> str:
    """Return the broadcast address."""
    return dotted(number(address) | ALL - mask_of(prefix))


def plain(rng: Random) -> str:
    """Return an address of which no byte is 0 or 255."""
    return ".".join(str(rng.randint(1, 254)) for _ in range(4))


def is_value(value: int | str) -> Callable[[Any], bool]:
    """Return the sign of that value."""
    return such(type(value), lambda got: got == value)


def asked(learner: Learner, steps: Steps, name: str, *arguments: Any) -> Reply:
    """Begin a call of which the story, which begins anew, shows the whole arguments."""
    steps.anew()
    said = ", ".join(map(repr, arguments))
    return learner.start_as(f"{name}({said})", name, *arguments)


def answers(
    learner: Learner, steps: Steps, name: str, cases: Sequence[tuple[Any, ...]]
) -> list[Any]:
    """Return what a function says of each case, untold; None where it fails."""

    def said(case: tuple[Any, ...]) -> Any:
        try:
            return learner.start(name, *case).value()
        except Failed:
            return None

    with steps.untold():
        return [said(case) for case in cases]
