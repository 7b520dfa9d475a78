"""Chapter 01, bytes before networks. A module an exercise, in the chapter's order.

All are functions of values: nothing here plays on a network.
"""

from autograder.exercise import Exercise
from autograder.rules.ch01 import (
    hexdump,
    native_and_network,
    pack_header,
    pack_message,
    recode,
    to_big,
)

__all__ = ["EXERCISES"]

EXERCISES = (
    Exercise("ch01/recode", 3, ("recode",), recode.RULES, mistakes=recode.MISTAKES),
    Exercise("ch01/to_big", 4, ("to_big", "from_big"), to_big.RULES),
    Exercise("ch01/pack_header", 3, ("pack_header", "unpack_header"), pack_header.RULES),
    Exercise("ch01/native_and_network", 1, ("native_and_network",), native_and_network.RULES),
    Exercise(
        "ch01/pack_message",
        5,
        ("pack_message", "unpack_message"),
        pack_message.RULES,
        uses=("ch01/pack_header",),
    ),
    Exercise("ch01/hexdump", 4, ("hexdump",), hexdump.RULES, mistakes=hexdump.MISTAKES),
)
