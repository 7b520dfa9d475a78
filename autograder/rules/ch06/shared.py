"""What rules of several exercises of chapter 06 need: who takes part, what spoils a file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from autograder.network import Learner, Machine, Steps
from autograder.rules.exchange import ELSEWHERE
from autograder.rules.tftp import Address, rrq
from autograder.text import STRANGER, Failed, Kind, Mistakes, such

__all__ = [
    "ASKS",
    "LOST",
    "OTHER_HOST",
    "OTHER_PORT",
    "SERVER",
    "TID",
    "TOLD",
    "WELL_KNOWN",
    "made",
    "recorder",
    "spoilt",
    "tried_again",
]

WELL_KNOWN = ("server", "服务器")
ASKS = rrq("notes")

SERVER: Address = ("192.0.2.69", 69)
TID: Address = ("192.0.2.69", 40_001)
OTHER_PORT: Address = ("192.0.2.69", 40_002)
OTHER_HOST: Address = ("192.0.2.99", TID[1])

# Each packet of a file of 513 bytes in turn: RRQ, DATA 1, ACK 1, DATA 2, ACK 2.
LOST = ("lose 1", "lose reply 1", "lose 2", "lose reply 2", "lose 3")

TOLD = ("calls of on_progress", "on_progress 的各次调用")


def made(learner: Learner, steps: Steps, *expected: int) -> Machine:
    """Make a Receiver, and name everybody that it may hear of."""
    for address in (SERVER, TID):
        steps.party(WELL_KNOWN, address)
    for address in (OTHER_PORT, OTHER_HOST, ELSEWHERE):
        steps.party(STRANGER, address)
    return learner.machine("Receiver", ASKS, SERVER, *expected)


def recorder() -> tuple[list[tuple[Any, ...]], Callable[..., None]]:
    """Return an on_progress, behind the list of what it was called with."""
    told = []

    def on_progress(*values: Any) -> None:
        told.append(values)

    return told, on_progress


def spoilt(content: bytes, behind: str = "TFT-02") -> Mistakes:
    """Return what shows how a file came to be another than content. behind is cited where all
    of content stands behind something else."""

    has_forged = such(bytes, lambda got: b"EVIL" in got)
    is_longer = such(bytes, lambda got: len(got) > len(content) > 0)
    comes_last = such(bytes, lambda got: is_longer(got) and got.endswith(content))
    return {has_forged: "TFT-01", comes_last: behind, is_longer: "TFT-02"}


@contextmanager
def tried_again() -> Iterator[None]:
    """For rules whose few and short tries a busy machine may use up: they are run once more."""
    try:
        yield
    except Failed as failure:
        if failure.kind == Kind.FAILED:
            failure.kind = Kind.LATE
        raise
