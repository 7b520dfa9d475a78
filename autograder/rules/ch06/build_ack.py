"""06.3 build_ack: four bytes that say what has arrived."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.tftp import ack

__all__ = ["RULES"]

RULES = Rules()


def _built(learner: Learner, steps: Steps, block: int) -> None:
    got = learner.call("build_ack", block, because=_why)
    steps.expect(("the ACK", "ACK 包"), got=got, want=ack(block), because=_why)


def _why(got: Any) -> str:
    match got:
        case str() | TypeError():
            return "TXT-04"
        case bytes() if got[:2] == b"\0\3":
            return "TFT-06"
        case bytes() if got[:2] == b"\0\4" and got[2:].isdigit():
            return "STR-10"
        case bytes() if got.isdigit():
            return "STR-10"
    return "TXT-06"


@RULES.rule(weight=2, misconception="TXT-06")
def opcode_and_block(learner: Learner, steps: Steps, rng: Random) -> None:
    """An ACK is opcode 4 and the block number, two bytes each, big-endian.

    ACK 是操作码 4 加块号，各占两个字节，大端序。
    """
    for block in (rng.randrange(1, 10), rng.randrange(10, 256)):
        _built(learner, steps, block)


@RULES.rule(weight=1, misconception="TXT-06")
def every_block_number(learner: Learner, steps: Steps, rng: Random) -> None:
    """Every block number from 0 to 65535 fits.

    0 到 65535 的块号都放得下。
    """
    for block in (256, rng.randrange(0x8000, 0xFFFF), 0xFFFF, 0):
        _built(learner, steps, block)
