"""What rules of several exercises of chapter 07 need: sizes, faults, packets that left twice."""

from random import Random

from autograder.network import Steps
from autograder.text import YOU, Happened, Sent
from netlib.schedule import Schedule

__all__ = ["COPIES", "EDGES", "LOSSES", "SWAPS", "TWO_BLOCKS", "sent_once", "storms"]

EDGES = (0, 1, 511, 512, 513, 1024)
"""Sizes of files around a whole number of blocks."""

TWO_BLOCKS = 513
"""Bytes of a file that takes three packets each way: the request, DATA 1 and 2, and ACKs."""

_PLACES = ("1", "2", "3", "reply 1", "reply 2", "reply 3")
LOSSES, COPIES, SWAPS = (
    tuple(f"{word} {place}" for place in _PLACES) for word in ("lose", "duplicate", "reorder")
)
"""Every single packet of that exchange is lost, comes twice, changes places with the next."""


def storms(rng: Random) -> tuple[Schedule, ...]:
    """Draw what a bad network does to that exchange, twice."""
    kinds = ("lose", "duplicate", "reorder")
    return tuple(Schedule.random(rng.randbytes(8), kinds, most=4, within=4) for _ in range(2))


def sent_once(steps: Steps, first: int = 0) -> None:
    """Expect that no packet left twice since the story's row first, unless on_timeout sent it."""
    sent, asked = [], 0
    for did in steps.story[first:]:
        if isinstance(did, Happened):
            asked += did.what.en == "on_timeout()"
        elif isinstance(did, Sent) and did.sender == YOU and did.fate != "duplicate":
            sent.append(did.data)
    again = max(0, len(sent) - len(set(sent)) - asked)
    what = ("packets sent again without a timeout", "没有超时却重发的包")
    steps.expect(what, got=again, want=0, because="TFT-16")
