"""06.4 Receiver on bad networks: a whole transfer from a server of ours, in virtual time."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch06.shared import (
    EACH_DOUBLED,
    EACH_LOST,
    EACH_SWAPPED,
    FORGED,
    HERE,
    SERVER,
    TID,
    TRUNCATED,
    begun,
)
from autograder.rules.exchange import exchange
from autograder.rules.tftp import Sending
from autograder.text import Text
from netlib.schedule import Fault, Schedule

__all__ = ["RULES"]

RULES = Rules()


def _received(learner: Learner, steps: Steps, rng: Random, because: str, size: int = 513) -> None:
    """Let the machine fetch a file and expect it whole, and our server content."""
    content = rng.randbytes(size)
    machine, _ = begun(learner, steps, started=False)
    side = Sending(content, HERE)
    over = exchange(steps, machine, side, here=HERE, at=TID, asked_at=SERVER)
    machine.has(data=content, because=lambda got: _spoilt(got, content) or because)
    machine.has(done=True, error=None, because=because)
    if not over:
        steps.fail(
            ("the server", "服务器"),
            got=Text("still sends its last block", "还在发最后一块"),
            want=Text("has got every ACK", "收到了全部 ACK"),
            because=because,
        )


def _spoilt(got: Any, content: bytes) -> str | None:
    """Return what it shows that the file is not what was sent."""
    if not isinstance(got, bytes):
        return None
    if b"EVIL" in got:
        return "TFT-01"
    return "TFT-02" if len(got) > len(content) else None


@RULES.rule(weight=2, condition="lost", misconception="TFT-03", faults=EACH_LOST)
def any_packet_may_be_lost(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whichever packet is lost, the transfer goes on and ends for both sides.

    不管丢的是哪个包，传输都能继续，双方都能结束。
    """
    _received(learner, steps, rng, "TFT-02" if _answer_lost(steps) else "TFT-03")


def _answer_lost(steps: Steps) -> bool:
    """Tell whether the last ACK is lost: only a repeated block asks for it again."""
    return any(fault.kind == "lose" and fault.number == 3 for fault in steps.faults.faults)


@RULES.rule(
    weight=2,
    condition="duplicated",
    misconception="TFT-02",
    faults=EACH_DOUBLED,
)
def any_packet_may_come_twice(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whichever packet comes twice, the file is the same.

    不管哪个包来了两次，文件都不变。
    """
    _received(learner, steps, rng, "TFT-02")


@RULES.rule(
    weight=2,
    condition="reordered",
    misconception="TFT-04",
    faults=EACH_SWAPPED,
)
def any_packet_may_be_overtaken(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whichever packet is overtaken by the next, the file is the same.

    不管哪个包被后一个包超过，文件都不变。
    """
    _received(learner, steps, rng, "TFT-02")


@RULES.rule(
    weight=2,
    condition="storm",
    misconception="TFT-02",
    faults=lambda rng: (*map(Schedule.parse, (*FORGED, *TRUNCATED)), *_storms(rng)),
)
def whatever_the_network_does(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whatever is lost, doubled, delayed, cut or forged: the file arrives as it was sent.

    不管丢包、重复、延迟、截断还是伪造，收到的文件和发出的一样。
    """
    _received(learner, steps, rng, "TFT-02", 1025)


def _storms(rng: Random) -> tuple[Schedule, ...]:
    """Draw a few networks on which much goes wrong at once."""
    return tuple(_storm(rng) for _ in range(2))


def _storm(rng: Random) -> Schedule:
    forged = bytes.fromhex(FORGED[0].partition("0x")[2])
    faults = [
        Fault(kind, rng.randint(1, 4), reply, amount)
        for kind, amount in (("lose", 0), ("duplicate", 0), ("reorder", 0), ("delay", 120))
        for reply in (False, True)
    ]
    return Schedule((*faults, Fault("stranger", rng.randint(1, 3), True, data=forged)))
