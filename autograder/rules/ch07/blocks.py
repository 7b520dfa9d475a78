"""07.2 blocks: a file as the payloads of DATA packets."""

from functools import partial
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.guest.values import Record
from autograder.network import Handle, Learner, Steps
from autograder.rules import tftp
from autograder.rules.ch07.shared import EDGES
from autograder.rules.tftp import BLOCK
from autograder.text import Mistakes, Raised, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MANY = 1_100  # blocks: more than calls stand in one another (Python: 1,000)
MOST = MANY + 9  # pairs: more than any file here has


def _is_text(got: Any) -> bool:
    pairs = got if isinstance(got, list) else [got]
    as_text = any(isinstance(pair, tuple) and str in map(type, pair) for pair in pairs)
    return as_text or isinstance(got, (UnicodeError, str))


MISTAKES: Mistakes = {_is_text: "TXT-04"}


def _given(learner: Learner, steps: Steps, data: bytes, *first: int) -> list[Any]:
    """Call blocks and return what it gives: a list, or all that an iterator yields."""
    value = learner.call("blocks", data, *first)
    if not isinstance(value, Handle):
        return list(value) if isinstance(value, (list, tuple)) else [value]
    pairs: list[Any] = []
    try:
        if value.kind != "generator":
            value = value.call("__iter__")
        if not isinstance(value, Handle):
            return [value]  # that is no iterator
        while len(pairs) < MOST:
            pairs.append(value.call("__next__"))
    except Raised as error:
        if error.names[0] != "StopIteration":
            raise steps.raised(error) from None
    return pairs


def _cut(learner: Learner, steps: Steps, data: bytes, *first: int) -> None:
    """Expect data in blocks that number from first."""
    got = [_plain(pair) for pair in _given(learner, steps, data, *first)]
    want = [(int.from_bytes(p[2:4]), p[4:]) for p in tftp.blocks(data, *first)]
    sizes = ("(number, size) of each", "每一块的（编号，大小）")
    wanted = [_sized(pair) for pair in want]
    cites = {such(list, partial(_differ_at_the_end, wanted)): "TFT-10"}
    cites |= {such(list, partial(_are_misnumbered, wanted)): "TFT-09"}
    steps.expect(sizes, got=[_sized(pair) for pair in got], want=wanted, because=cites)
    for (number, payload), pair in zip(want, got, strict=True):
        steps.expect((f"block {number}", f"第 {number} 块"), got=pair[1], want=payload)


def _differ_at_the_end(want: list[Any], got: list[Any]) -> bool:
    """Tell whether all is right up to the last block, which is full, missing or not the last."""
    last = got[len(want) - 1 :]
    if last[:1] == want[-1:]:  # more follows the end: that is another mistake
        return False
    return got[: len(want) - 1] == want[:-1] and (len(last) != 1 or last[0][1:] == (BLOCK,))


def _are_misnumbered(want: list[Any], got: list[Any]) -> bool:
    """Tell whether numbers alone are wrong, and only those behind 65535."""
    if not all(isinstance(pair, tuple) and len(pair) == 2 for pair in got):
        return False
    right = [pair[0] for pair in want].index(0) if (0 in [n for n, _ in want]) else len(want)
    return [n for _, n in got] == [n for _, n in want] and got[:right] == want[:right]


def _plain(pair: Any) -> Any:
    """Return a named tuple as a tuple: one is as good as the other."""
    named = isinstance(pair, Record) and pair.kind == "tuple"
    return tuple(pair.fields.values()) if named else pair


def _sized(pair: Any) -> Any:
    """Return (number, size) of a pair, or what came instead of one."""
    match pair:
        case (number, bytes(payload)):
            return number, len(payload)
    return pair


@RULES.rule(weight=2, condition="edges")
def the_last_is_shorter(learner: Learner, steps: Steps, rng: Random) -> None:
    """Each block has 512 bytes, the last one fewer, perhaps none: 0 bytes are one block, too.

    每块 512 字节，最后一块更短，也可能是空的：0 字节的文件也有一块。
    """
    for size in EDGES:
        _cut(learner, steps, rng.randbytes(size))


@RULES.rule(weight=1, condition="wrap")
def numbers_wrap_to_zero(learner: Learner, steps: Steps, rng: Random) -> None:
    """Numbers go first, first + 1, …, and from 65535 to 0.

    编号从 first 开始依次加一，65535 之后是 0。
    """
    _cut(learner, steps, rng.randbytes(700), rng.randrange(2, 60_000))
    for size, first in ((1500, 65534), (512, 65535), (600, 0)):
        _cut(learner, steps, rng.randbytes(size), first)
    steps.anew()
    _cut(learner, steps, bytes(512 * MANY), 65_000)
