"""06.6 download: sizes and progress. Bad networks are in `lossy`, how it ends in `endings`."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch06.fetching import fetch
from autograder.rules.common import word

__all__ = ["RULES"]

RULES = Rules()


@RULES.rule(weight=6, condition="edges", misconception="TFT-10")
def sizes_around_whole_blocks(learner: Learner, steps: Steps, rng: Random) -> None:
    """A file of any size arrives whole under out_path, and its size is returned.

    任意大小的文件都完整地存到 out_path，并返回它的大小。
    """
    for size in (3, 0, 511, 512, 513, 1024):
        host = "127.0.0.2" if size == 3 else "127.0.0.1"
        fetch(learner, steps, rng.randbytes(size), host=host, out=f"{word(rng, 3)}.bin")


@RULES.rule(
    weight=6,
    condition="duplicated",
    misconception="TFT-02",
    faults="duplicate reply 1",
)
def tells_of_progress(learner: Learner, steps: Steps, rng: Random) -> None:
    """on_progress is called once for each new block, with the number of blocks so far.

    每收下一个新块，就用已收块数调用一次 on_progress。
    """
    told: list[Any] = []

    def on_progress(*values: Any) -> None:
        told.append(values)

    fetch(learner, steps, rng.randbytes(1025), on_progress)
    what = ("calls of on_progress", "on_progress 的各次调用")
    steps.expect(what, got=told, want=[(1,), (2,), (3,)])
