"""06.7 estimate_blocks: how many DATA packets a file takes."""

from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.tftp import BLOCK
from autograder.text import such

__all__ = ["RULES"]
RULES = Rules()


def _estimated(learner: Learner, size: int) -> None:
    reply = learner.start("estimate_blocks", size)
    rounded_up = such(int, lambda got: got == max(1, -(-size // BLOCK)) or got == -(-size // BLOCK))
    signs = {float: "TXT-14", rounded_up: "TFT-10"}
    reply.returns(size // BLOCK + 1, ("DATA packets", "DATA 包数"), signs)


@RULES.rule(weight=3)
def around_whole_blocks(learner: Learner, steps: Steps, rng: Random) -> None:
    """The last DATA packet has fewer than 512 bytes, perhaps none.

    最后一个 DATA 包不足 512 字节，可能一个字节也没有。
    """
    whole = rng.randrange(3, 60) * BLOCK
    for size in (1, 0, 511, 512, 513, 1024, whole - 1, whole, whole + 1):
        _estimated(learner, size)


@RULES.rule(weight=1, misconception="TXT-14")
def huge_files(learner: Learner, steps: Steps, rng: Random) -> None:
    """It is exact for files of any size.

    文件再大，结果也是精确的。
    """
    for size in (2**60 - 1, 2**60, 2**80 - rng.randrange(1, BLOCK)):
        _estimated(learner, size)
