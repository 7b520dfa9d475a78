"""Chapter 06, the TFTP client (RFC 1350). A module an exercise, in the chapter's order.

Machines are fed by the rules, in virtual time; where a socket matters, the rules play the
server on loopback.
"""

import functools

from autograder.exercise import Exercise
from autograder.rules.ch06 import (
    build_ack,
    build_rrq,
    download,
    drive,
    endings,
    estimate_blocks,
    parse,
    receiver,
    transfers,
)

__all__ = ["EXERCISES"]

_tftp = functools.partial(Exercise, protocol="tftp")

EXERCISES = (
    _tftp("ch06/build_rrq", 2, ("build_rrq",), build_rrq.RULES, mistakes=build_rrq.MISTAKES),
    _tftp("ch06/parse", 3, ("parse",), parse.RULES),
    _tftp("ch06/build_ack", 1, ("build_ack",), build_ack.RULES, mistakes=build_ack.MISTAKES),
    _tftp(
        "ch06/receiver",
        5,
        ("Receiver",),
        [*receiver.RULES, *transfers.RULES],
        uses=("ch06/parse", "ch06/build_ack"),
    ),
    Exercise("ch06/drive", 4, ("drive",), drive.RULES, mistakes=drive.MISTAKES),
    _tftp(
        "ch06/download",
        4,
        ("download",),
        [*download.RULES, *endings.RULES],
        uses=("ch06/build_rrq", "ch06/receiver", "ch06/drive"),
    ),
    Exercise("ch06/estimate_blocks", 1, ("estimate_blocks",), estimate_blocks.RULES),
)
