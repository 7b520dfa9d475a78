"""00.6 pieces: one after the other, and no sooner than they are asked for."""

import itertools
from collections.abc import Iterator
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Handle, Learner, Steps
from autograder.rules.common import word
from autograder.text import YOU, Because, Failed, Text, brief, such

__all__ = ["RULES"]
RULES = Rules()

PIECES = ("the pieces", "各块")


def _cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def _edge_missed(want: list[bytes]) -> Because:
    """Return the signs of one who did not think of an edge."""

    def lost_or_added(got: Any) -> bool:
        return isinstance(got, list) and (got == want[:-1] != want or got == [*want, b""])

    return {lost_or_added: "PYT-02"}


def _taken(learner: Learner, made: Handle) -> Iterator[bytes]:
    """Call next() on an iterator of theirs until it has ended."""
    while True:
        try:
            yield learner.watched(made.start("__next__")).value()
        except Failed as failure:
            if failure.raised is None or failure.raised.names[0] != "StopIteration":
                raise
            return


@RULES.rule(weight=2, condition="edges")
def every_byte_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """Together the pieces are data, each of size bytes, only the last may be shorter.

    各块合起来就是 data；每块 size 字节，只有最后一块可以短一些。
    """
    size = rng.randint(2, 4)
    for length in (2 * size, 2 * size + 1, size, size - 1, 3 * size - 1, 0):
        _comes_in_pieces(learner, steps, word(rng, length).encode(), size)
    _comes_in_pieces(learner, steps, rng.randbytes(3), 1)
    _comes_in_pieces(learner, steps, rng.randbytes(1), 1000)


def _comes_in_pieces(learner: Learner, steps: Steps, data: bytes, size: int) -> None:
    steps.anew()
    want = _cut(data, size)
    got = learner.start("pieces", data, size).value()
    if isinstance(got, Handle):
        with steps.untold():
            got = list(itertools.islice(_taken(learner, got), len(want) + 2))
    elif isinstance(got, tuple):
        got = list(got)  # that it is no iterator, the next rule says
    said = brief(got, 8)
    steps.tell(YOU, f"gives {said.en}", f"给出 {said.zh}")
    steps.expect(PIECES, got=got, want=want, because=_edge_missed(want))


@RULES.rule(weight=1)
def one_at_a_time(learner: Learner, steps: Steps, rng: Random) -> None:
    """next() gives one piece at a time, and StopIteration when there are no more.

    next() 每次给出一块；没有更多时抛出 StopIteration。
    """
    size = rng.randint(2, 4)
    data = word(rng, 2 * size).encode()
    made = learner.start("pieces", data, size).value()
    if not isinstance(made, Handle):
        want = Text("an iterator, for next() to ask", "迭代器，可以用 next() 来取")
        at_once = such((list, tuple), lambda got: got)
        said = brief(made, 8)
        steps.tell(YOU, f"returned {said.en}", f"返回 {said.zh}")
        steps.fail(
            ("what pieces returns", "pieces 的返回值"),
            got=made,
            want=want,
            because={at_once: "PYT-03"},
        )
    for piece in _cut(data, size):
        reply = learner.watched(made.start("__next__"))
        steps.tell(YOU, "next()", "next()")
        reply.returns(piece, ("the next piece", "下一块"))
    steps.tell(YOU, "next()", "next()")
    learner.watched(made.start("__next__")).raises_named("StopIteration")
