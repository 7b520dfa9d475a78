"""What rules of several exercises of chapter 07 need: names, faults, exceptions with a code."""

from random import Random

from autograder.network import Reply, Steps
from autograder.text import YOU, Because, Happened, Sent, StudentError, Text
from netlib.labels import label
from netlib.schedule import Schedule

__all__ = [
    "COPIES",
    "EDGES",
    "LOSSES",
    "RECEIVER",
    "SERVER",
    "STRANGER",
    "SWAPS",
    "TIMEOUT_S",
    "TRIES",
    "TWO_BLOCKS",
    "refused",
    "said",
    "sent_once",
    "storms",
]

RECEIVER, SERVER = ("peer", "对端"), ("server", "服务器")
STRANGER = ("stranger", "陌生人")

TIMEOUT_S, TRIES = 0.1, 5
"""Those of the learner's server: the chapter's setup cell has the same."""

EDGES = (0, 1, 511, 512, 513, 1024)
"""Sizes of files around a whole number of blocks."""

TWO_BLOCKS = 513
"""Bytes of a file that takes three packets each way: the request, DATA 1 and 2, and ACKs."""

_PLACES = ("1", "2", "3", "reply 1", "reply 2", "reply 3")
LOSSES, COPIES, SWAPS = (
    tuple(f"{word} {place}" for place in _PLACES) for word in ("lose", "duplicate", "reorder")
)
"""Every single packet of that exchange is lost, comes twice, changes places with the next."""


def refused(
    steps: Steps, reply: Reply, code: int, because: Because = None, message: str | None = None
) -> None:
    """Expect a call to raise TftpError with that code, and that message if one is given."""
    error = reply.raises_named("TftpError", because=because)
    # A class of the chapter's cells comes as its name and its arguments.
    arguments = error.args[1:] if isinstance(error, StudentError) else error.args
    want = (code,) if message is None else (code, message)
    what = ("the TftpError's arguments", "TftpError 的参数")
    steps.expect(what, got=arguments[: len(want)], want=want, because=because)


def said(packet: bytes) -> Text:
    """Return what a packet says, in a few words."""
    return Text(*(label(packet, "tftp", language=each) for each in ("en", "zh")))


def sent_once(steps: Steps, first: int = 0) -> None:
    """Expect that no packet left twice since the story's row first, unless on_timeout sent it."""
    story = steps.story[first:]
    sent = [
        did.data
        for did in story
        if isinstance(did, Sent) and did.sender == YOU and did.fate != "duplicate"
    ]
    asked = sum(isinstance(did, Happened) and did.what.en == "on_timeout()" for did in story)
    again = max(0, len(sent) - len(set(sent)) - asked)
    what = ("packets sent again without a timeout", "没有超时却重发的包")
    steps.expect(what, got=again, want=0, because="TFT-16")


def storms(rng: Random) -> tuple[Schedule, ...]:
    """Draw what a bad network does to that exchange, twice."""
    kinds = ("lose", "duplicate", "reorder")
    return tuple(Schedule.random(rng.randbytes(8), kinds, most=4, within=4) for _ in range(2))
