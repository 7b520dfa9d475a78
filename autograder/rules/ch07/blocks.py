"""07.2 blocks: a file as the payloads of DATA packets."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.guest.values import Record
from autograder.network import Handle, Learner, Steps
from autograder.text import Because, Raised

__all__ = ["RULES"]

RULES = Rules()

SIZES = (0, 1, 511, 512, 513, 1024)
MOST = 9  # pairs: more than any file here has


def _given(learner: Learner, steps: Steps, because: Because, data: bytes, *first: int) -> list[Any]:
    """Call blocks and return what it gives: a list, or all that an iterator yields."""
    value = learner.call("blocks", data, *first, because=because)
    if not isinstance(value, Handle):
        return list(value) if isinstance(value, (list, tuple)) else [value]
    pairs: list[Any] = []
    try:
        if value.kind != "generator":
            value = value.call("__iter__")
        while len(pairs) < MOST:
            pairs.append(value.call("__next__"))
    except Raised as error:
        if error.names[0] != "StopIteration":
            raise steps.raised(error, because) from None
    return pairs


def _cut(learner: Learner, steps: Steps, because: str, data: bytes, *first: int) -> None:
    """Expect data in blocks that number from first."""
    got = [_plain(pair) for pair in _given(learner, steps, _or_as_text(because), data, *first)]
    number, want = first[0] if first else 1, []
    for at in range(0, len(data) + 1, 512):
        want.append((number, data[at : at + 512]))
        number = (number + 1) % 65536
    cites = _or_as_text(because)
    what = ("(number, size) of each", "每一块的（编号，大小）")
    steps.expect(
        what,
        got=[_sized(pair) for pair in got],
        want=[_sized(pair) for pair in want],
        because=cites,
    )
    for ours, theirs in zip(want, got, strict=True):
        block = (f"block {ours[0]}", f"第 {ours[0]} 块")
        steps.expect(block, got=theirs[1], want=ours[1], because=cites)


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


def _or_as_text(because: str) -> Because:
    def cites(got: Any) -> str:
        pairs = got if isinstance(got, list) else [got]
        as_text = any(isinstance(pair, tuple) and isinstance(pair[-1], str) for pair in pairs)
        return "TXT-04" if as_text or isinstance(got, (UnicodeError, str)) else because

    return cites


@RULES.rule(weight=2, condition="edges", misconception="TFT-10")
def the_last_is_shorter(learner: Learner, steps: Steps, rng: Random) -> None:
    """Each block has 512 bytes, the last one fewer, perhaps none: 0 bytes are one block, too.

    每块 512 字节，最后一块更短，也可能是空的：0 字节的文件也有一块。
    """
    for size in SIZES:
        _cut(learner, steps, "TFT-10", rng.randbytes(size))


@RULES.rule(weight=1, condition="wrap", misconception="TFT-09")
def numbers_wrap_to_zero(learner: Learner, steps: Steps, rng: Random) -> None:
    """Numbers go first, first + 1, …, and from 65535 to 0.

    编号从 first 开始依次加一，65535 之后是 0。
    """
    _cut(learner, steps, "TFT-09", rng.randbytes(700), rng.randrange(2, 60_000))
    _cut(learner, steps, "TFT-09", rng.randbytes(1500), 65534)
    _cut(learner, steps, "TFT-09", rng.randbytes(512), 65535)
    _cut(learner, steps, "TFT-09", rng.randbytes(600), 0)
