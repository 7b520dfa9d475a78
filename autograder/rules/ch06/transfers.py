"""06.4 Receiver on bad networks: a whole transfer from a server of ours, in virtual time."""

from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch06.shared import LOST, SERVER, TID, made, spoilt
from autograder.rules.exchange import exchange
from autograder.rules.tftp import Address, Sending, data
from autograder.text import NOTHING, Text
from netlib.schedule import Fault, Schedule

__all__ = ["RULES"]
RULES = Rules()

HERE: Address = ("192.0.2.1", 40_000)  # the learner's, where no socket is

DOUBLED = tuple(each.replace("lose", "duplicate") for each in LOST)
SWAPPED = tuple(each.replace("lose", "reorder") for each in LOST)
SPOILT = (
    "stranger reply 2 0x000300024556494c",
    "stranger reply 1 0x000300014556494c",
    "truncate reply 1 3B",
    "truncate reply 2 3B",
    "truncate reply 1 0B",
)


def _received(
    learner: Learner, steps: Steps, rng: Random, because: str | None = None, size: int = 513
) -> None:
    """Let the machine fetch a file and expect it whole, and our server content."""
    machine, content = made(learner, steps), rng.randbytes(size)
    over = exchange(steps, machine, Sending(content, HERE), here=HERE, at=TID, asked_at=SERVER)
    machine.has(data=content, because=(spoilt(content), because))
    machine.has(done=True, error=None, because=NOTHING)
    if not over:
        got = Text("still sends its last block", "还在发最后一块")
        want = Text("has got every ACK", "收到了全部 ACK")
        steps.fail(("the server", "服务器"), got=got, want=want, because=because)


@RULES.rule(weight=2, condition="lost", misconception="TFT-03", faults=LOST)
def any_packet_may_be_lost(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whichever packet is lost, the transfer goes on and ends for both sides.

    不管丢的是哪个包，传输都能继续，双方都能结束。
    """
    last_ack = Fault("lose", 3)  # only a repeated block asks for it again
    _received(learner, steps, rng, "TFT-02" if last_ack in steps.faults.faults else "TFT-03")


@RULES.rule(weight=2, condition="duplicated", misconception="TFT-02", faults=DOUBLED)
def any_packet_may_come_twice(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whichever packet comes twice, the file is the same.

    不管哪个包来了两次，文件都不变。
    """
    _received(learner, steps, rng)


@RULES.rule(weight=2, condition="reordered", misconception="TFT-04", faults=SWAPPED)
def any_packet_may_be_overtaken(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whichever packet is overtaken by the next, the file is the same.

    不管哪个包被后一个包超过，文件都不变。
    """
    _received(learner, steps, rng, "TFT-02")


def _storms(rng: Random) -> tuple[Schedule, ...]:
    """Return what spoils one packet, and draw networks on which much goes wrong at once."""
    return (*map(Schedule.parse, SPOILT), _storm(rng), _storm(rng))


def _storm(rng: Random) -> Schedule:
    faults = [
        Fault(kind, rng.randint(1, 4), reply, amount)
        for kind, amount in (("lose", 0), ("duplicate", 0), ("reorder", 0), ("delay", 120))
        for reply in (False, True)
    ]
    forged = Fault("stranger", rng.randint(1, 3), reply=True, data=data(2, b"EVIL"))
    return Schedule((*faults, forged))


@RULES.rule(weight=2, condition="storm", misconception="TFT-02", faults=_storms)
def whatever_the_network_does(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whatever is lost, doubled, delayed, cut or forged: the file arrives as it was sent.

    不管丢包、重复、延迟、截断还是伪造，收到的文件和发出的一样。
    """
    _received(learner, steps, rng, size=1025)
