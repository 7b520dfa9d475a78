"""06.3 build_ack: four bytes that say what has arrived."""

from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.tftp import ack
from autograder.text import Mistakes, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {
    str: "TXT-04",
    such(
        Exception, lambda got: "format requires" in str(got) or "range(0, 256)" in str(got)
    ): "TXT-06",
    lambda got: isinstance(got, bytes) and got[:2] == b"\0\3": "TFT-06",
    lambda got: isinstance(got, bytes) and got.removeprefix(b"\0\4").isdigit(): "STR-10",
}


def _built(learner: Learner, block: int) -> None:
    fields = (b"\4\0", b"\0\4"), (block.to_bytes(2, "little"), block.to_bytes(2))
    swapped = {a + b for a in fields[0] for b in fields[1]} - {ack(block)}
    signs = {such(bytes, swapped.__contains__): "TXT-06"}
    learner.start("build_ack", block).returns(ack(block), ("the ACK", "ACK 包"), signs)


@RULES.rule(weight=2)
def opcode_and_block(learner: Learner, steps: Steps, rng: Random) -> None:
    """An ACK is opcode 4 and the block number, two bytes each, big-endian.

    ACK 是操作码 4 加块号，各占两个字节，大端序。
    """
    for block in (rng.randrange(1, 10), rng.randrange(10, 256)):
        _built(learner, block)


@RULES.rule(weight=1)
def every_block_number(learner: Learner, steps: Steps, rng: Random) -> None:
    """Every block number from 0 to 65535 fits.

    0 到 65535 的块号都放得下。
    """
    for block in (256, rng.randrange(0x8000, 0xFFFF), 0xFFFF, 0):
        _built(learner, block)
