"""What rules of several exercises of chapter 06 need: who takes part, a machine under way."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from autograder.network import Learner, Machine, Reply, Steps
from autograder.rules.common import CHATTER_S
from autograder.rules.exchange import ELSEWHERE
from autograder.rules.tftp import STRANGER as TURNED_AWAY
from autograder.rules.tftp import Address, rrq
from autograder.text import Failed, Text

__all__ = [
    "EACH_DOUBLED",
    "EACH_LOST",
    "EACH_SWAPPED",
    "FORGED",
    "HERE",
    "OTHER_HOST",
    "OTHER_PORT",
    "SERVER",
    "STRANGER",
    "TID",
    "TRUNCATED",
    "WELL_KNOWN",
    "begun",
    "ends_all_the_same",
    "no_ack",
    "pause",
    "tried_again",
]

WELL_KNOWN, STRANGER = ("server", "服务器"), ("stranger", "陌生人")

HERE: Address = ("192.0.2.1", 40_000)  # the learner's, where no socket is
SERVER: Address = ("192.0.2.69", 69)
TID: Address = ("192.0.2.69", 40_001)
OTHER_PORT: Address = ("192.0.2.69", 40_002)
OTHER_HOST: Address = ("192.0.2.99", TID[1])

# A file of 513 bytes: RRQ, DATA 1, ACK 1, DATA 2, ACK 2.
EACH_LOST = ("lose 1", "lose reply 1", "lose 2", "lose reply 2", "lose 3")
EACH_DOUBLED = tuple(each.replace("lose", "duplicate") for each in EACH_LOST)
EACH_SWAPPED = tuple(each.replace("lose", "reorder") for each in EACH_LOST)
FORGED = ("stranger reply 2 0x000300024556494c", "stranger reply 1 0x000300014556494c")
TRUNCATED = ("truncate reply 1 3B", "truncate reply 2 3B", "truncate reply 1 0B")


def begun(
    learner: Learner, steps: Steps, expected: int = 1, *, started: bool = True
) -> tuple[Machine, bytes]:
    """Make a Receiver and start it, unless told not to; return it and its request."""
    for address in (SERVER, TID):
        steps.party(WELL_KNOWN, address)
    for address in (OTHER_PORT, OTHER_HOST, ELSEWHERE):
        steps.party(STRANGER, address)
    request = rrq("notes")
    more = () if expected == 1 else (expected,)
    machine = learner.machine("Receiver", request, SERVER, *more)
    if started:
        machine.start(want=[(request, SERVER)], because="TFT-12")
    return machine, request


def pause(steps: Steps, reply: Reply, seconds: float) -> None:
    """Let so much time pass, or less if the call ends."""
    end = time.monotonic() + seconds
    while not reply.ended and time.monotonic() < end:
        steps.listen(end)


def ends_all_the_same(
    steps: Steps, reply: Reply, disturb: Callable[[], None], within: float, want: Text
) -> None:
    """Disturb a call again and again until it ends. Fail if that takes longer than within."""
    end = time.monotonic() + within
    while not reply.ended and time.monotonic() < end:
        disturb()
        pause(steps, reply, CHATTER_S)
    if not reply.ended:
        seconds = f"{within:g} s"
        steps.fail(
            ("the end of the call", "函数结束"),
            got=Text(f"still waiting after {seconds}", f"{seconds} 后还在等"),
            want=want,
            late=True,
        )


@contextmanager
def tried_again() -> Iterator[None]:
    """For rules whose few and short tries a busy machine may use up: they are run once more."""
    try:
        yield
    except Failed as failure:
        if failure.kind == "failed":
            failure.kind = "late"
        raise


def no_ack(got: Any) -> str | None:
    """Return what it shows that a block which is due does not get its ACK."""
    if not isinstance(got, list):
        return None
    if not got:
        return "TFT-12"
    packet, address = got[0]
    return "TFT-01" if packet == TURNED_AWAY or address != TID else None
