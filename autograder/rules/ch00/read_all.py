"""00.4 read_all: to the end, and closed whatever happens. The source is ours."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import RETURNED, Learner, Reply, Steps
from autograder.rules.common import word
from autograder.text import YOU, Because, Hang, such

__all__ = ["RULES"]
RULES = Rules()

CLOSED = ("how often it was closed", "close() 的调用次数")
_ENOUGH = 40  # reads behind the end
_CTRL_C = type("KeyboardInterrupt", (Exception,), {})
"""What crosses to the learner's code is its name, so there it is the one that Ctrl+C raises."""


@dataclass
class Source:
    """Gives pieces and then b"", or raises.

    Attributes:
        given: what it gave.
        behind: how often it was read when it had given b"" already.
        raised: whether it raised its error.
        closed: how often it was closed.
    """

    pieces: list[bytes]
    error: Exception | None = None
    ended: bool = False
    raised: bool = False
    behind: int = 0
    closed: int = 0
    given: list[bytes] = field(default_factory=list)

    def read(self) -> bytes:
        """Return the next piece."""
        if self.pieces:
            self.given.append(self.pieces.pop(0))
            return self.given[-1]
        if self.error is not None:
            self.raised = True
            raise self.error
        self.behind += self.ended
        if self.behind > _ENOUGH:
            raise EOFError("this source has given b'' many times")
        self.ended = True
        return b""

    def close(self) -> None:
        """Count."""
        self.closed += 1


def _call(learner: Learner, steps: Steps, source: Source) -> Reply:
    puppet = steps.puppet(source, methods=("read", "close"), attributes=(), name="source")
    return learner.start("read_all", puppet)


def _where_it_ends(source: Source) -> Callable[[Any], str | None]:
    def shown(got: Any) -> str | None:
        if source.behind > _ENOUGH or (isinstance(got, Hang) and source.behind):
            return "PYT-08"
        is_part = not (source.ended or source.raised) and got == b"".join(source.given)
        return "PYT-08" if is_part and source.given else None

    return shown


def _whether_it_raised(source: Source) -> Because:
    return _where_it_ends(source), {such(bytes, lambda got: source.raised): "MUX-02"}


def _closed_once(steps: Steps, source: Source) -> None:
    steps.tell(YOU, f"close() {source.closed} times", f"close() 调用了 {source.closed} 次")
    steps.expect(CLOSED, got=source.closed, want=1, because={_is_zero: "PYT-07"})


def _is_zero(got: Any) -> bool:
    return bool(got == 0)


def _reads(learner: Learner, steps: Steps, pieces: list[bytes]) -> Source:
    source, want = Source(list(pieces)), b"".join(pieces)
    _call(learner, steps, source).returns(want, RETURNED, _where_it_ends(source))
    return source


@RULES.rule(weight=1)
def to_the_end(learner: Learner, steps: Steps, rng: Random) -> None:
    """All pieces are returned joined, also none at all, and source is closed once.

    返回全部内容拼成的 bytes，一块也没有时也一样；source 恰好关闭一次。
    """
    pieces = [word(rng, 3).encode(), b"\n", rng.randbytes(2)]
    _closed_once(steps, _reads(learner, steps, pieces))
    steps.anew()
    _closed_once(steps, _reads(learner, steps, []))


@RULES.rule(weight=2)
def closed_whatever_happens(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whatever read() raises passes on, Ctrl+C too, and source is closed all the same.

    read() 抛出什么异常（Ctrl+C 也算）都原样抛出，source 也照样关闭。
    """
    for pieces, kinds in (
        ([word(rng, 2).encode()], [OSError, ValueError, EOFError]),
        ([], [OSError, ValueError, EOFError]),
        ([word(rng, 2).encode()], [_CTRL_C]),
    ):
        steps.anew()
        kind = rng.choice(kinds)
        source = Source(pieces, error=kind("broken"))
        _call(learner, steps, source).raises(kind, because=_whether_it_raised(source))
        _closed_once(steps, source)


@RULES.rule(weight=1)
def fifty_pieces(learner: Learner, steps: Steps, rng: Random) -> None:
    """Fifty pieces of one byte come back in order.

    五十个单字节的块，按顺序拼回来。
    """
    _reads(learner, steps, [bytes([n]) for n in rng.sample(range(256), 50)])
