"""A parser of the learner's, fed with a stream that is cut as the schedule says. No socket."""

from collections.abc import Callable
from typing import Any

from autograder.network import Handle, Learner, Reply, Steps
from autograder.rules.frames import IS_REFUSED, IS_SHORT
from autograder.text import YOU, Because, Failed, Mistakes, Text, brief, such
from netlib.schedule.streams import Pass, Shape

__all__ = ["Parser", "holds_text"]

STREAM = Text("stream", "字节流")
SHOWN = 100  # bytes: of lists that hold more, only the length is told
FED, CLOSED = ("what feed returns", "feed 的返回值"), ("what close returns", "close 的返回值")

Items = Callable[[bytes], list[bytes]]


def holds_text(got: Any) -> bool:
    """Tell whether that is a list with text in it, where bytes were due."""
    return isinstance(got, list) and any(isinstance(each, str) for each in got)


def lacks_the_rest(want: list[bytes]) -> Callable[[Any], bool]:
    """Return the sign of the first items alone; not where those of no bytes alone are missing."""
    return such(list, lambda got: bool(got) and got == want[: len(got)] and any(want[len(got) :]))


def lacks_empty_ones(want: list[bytes]) -> Callable[[Any], bool]:
    """Return the sign of all items but those of no bytes; not where these are the last."""
    some = [each for each in want if each]
    return such(list, lambda got: got == some and (not got or got != want[: len(got)]))


class Parser:
    """An instance of a class of theirs."""

    def __init__(
        self,
        learner: Learner,
        steps: Steps,
        name: str,
        items: Items,
        because: Because,
        *args: int,
        lost: str | None = None,
        of: Text = STREAM,
    ) -> None:
        """items returns what is complete in the beginning of a stream. because is cited wherever
        it fails, and lost where a stream that came in pieces gives less, or is refused. of is
        whose stream that is."""
        made = learner.start(name, *args).value()
        if not isinstance(made, Handle):
            want = Text(f"an object of class {name}", f"一个 {name} 对象")
            steps.fail(name, got=made, want=want)
        self._learner, self._steps, self._object = learner, steps, made
        self._items, self._given = items, 0
        self._because = because
        self._lost, self._of, self._pieces_come = lost, of, 0
        self._shape, self._came = Shape(steps.faults.faults), b""

    def feed(self, data: bytes, because: Because = None) -> None:
        """Feed it; after every piece it must return just the items that this has completed.
        because is cited for this data alone."""
        for piece in self._pieces(data):
            self._returns(self._call(piece), because)

    def refuses(self, data: bytes, because: Because = None) -> None:
        """Feed it; it must raise FrameError, with the last piece at the latest."""
        *pieces, last = self._pieces(data)
        for piece in pieces:
            try:
                self._returns(self._call(piece))
            except Failed as failure:
                if failure.raised is None or "FrameError" not in failure.raised.names:
                    raise
                return
        self._call(last).raises_named("FrameError", because=because)

    def close(self) -> None:
        """End the stream: EOFError, if that is inside of an item."""
        self._steps.tell(self._of, "the end: close()", "结束：close()")
        reply = self._learner.watched(self._object.start("close"))
        if self._came and self._items(self._came) == self._items(self._came[:-1]):
            reply.raises(EOFError, because={type(None): "STR-24"})
        else:
            reply.returns(None, CLOSED, {EOFError: "STR-24"})

    def _pieces(self, data: bytes) -> list[bytes]:
        """Return data as the network cuts it; what comes after an early end is lost."""
        if not data:
            return [b""]
        self._shape.feed(data, 0.0)
        pieces = []
        while isinstance(step := self._shape.step(0.0), Pass):
            pieces.append(step.data)
        return pieces

    def _call(self, piece: bytes) -> Reply:
        self._steps.crossed(self._of, YOU, piece)
        self._came += piece
        self._pieces_come += bool(piece)
        return self._learner.watched(self._object.start("feed", piece))

    def _returns(self, reply: Reply, because: Because = None) -> None:
        complete = self._items(self._came)
        want, self._given = complete[self._given :], len(complete)
        signs: Mistakes = {lacks_empty_ones(want): "STR-18", lacks_the_rest(want): "STR-08"}
        if self._lost:
            signs = {**signs, IS_SHORT: self._lost, IndexError: self._lost}
        if self._lost and self._pieces_come > 1:
            less = such(list, lambda got: want and not got)
            signs = {**signs, less: self._lost, IS_REFUSED: self._lost}
        because = (because, self._because, signs)
        got = reply.value(because)
        if got or got != want:
            shown = _said(got)
            self._steps.tell(YOU, f"returned {shown.en}", f"返回 {shown.zh}")
        self._steps.expect(FED, got=got, want=want, because=because)


def _said(got: Any) -> Text:
    sizes = [len(each) for each in got if isinstance(each, bytes)] if type(got) is list else []
    if sum(sizes) <= SHOWN:
        return brief(got, 0)
    return Text(f"a list of {len(got)}", f"{len(got)} 项的列表")
