"""A parser of the learner's, fed with a stream that is cut as the schedule says. No socket."""

from collections.abc import Callable
from typing import Any

from autograder.network import Handle, Learner, Reply, Steps
from autograder.text import YOU, Because, Failed, Text, brief
from netlib.schedule.streams import Pass, Shape

__all__ = ["Parser", "holds_text"]

STREAM = Text("stream", "字节流")
SHOWN = 100  # bytes: of lists that hold more, only the length is told
FED, CLOSED = ("what feed returns", "feed 的返回值"), ("what close returns", "close 的返回值")

Items = Callable[[bytes], list[bytes]]


def holds_text(got: Any) -> bool:
    """Tell whether that is a list with text in it, where bytes were due."""
    return isinstance(got, list) and any(isinstance(each, str) for each in got)


class Parser:
    """An instance of a class of theirs."""

    def __init__(
        self, learner: Learner, steps: Steps, name: str, items: Items, because: Because, *args: int
    ) -> None:
        """items returns what is complete in the beginning of a stream; because is cited
        wherever it fails."""
        made = learner.start(name, *args).value()
        if not isinstance(made, Handle):
            want = Text(f"an object of class {name}", f"一个 {name} 对象")
            steps.fail(name, got=made, want=want)
        self._learner, self._steps, self._object = learner, steps, made
        self._items, self._because, self._given = items, because, 0
        self._shape, self._came = Shape(steps.faults.faults), b""

    def feed(self, data: bytes) -> None:
        """Feed it; after every piece it must return just the items that this has completed."""
        for piece in self._pieces(data):
            self._returns(self._call(piece))

    def refuses(self, data: bytes) -> None:
        """Feed it; it must raise FrameError, with the last piece at the latest."""
        *pieces, last = self._pieces(data)
        for piece in pieces:
            try:
                self._returns(self._call(piece))
            except Failed as failure:
                if failure.raised is None or "FrameError" not in failure.raised.names:
                    raise
                return
        self._call(last).raises_named("FrameError", because=self._because)

    def close(self) -> None:
        """End the stream: EOFError, if that is inside of an item."""
        self._steps.tell(STREAM, "the end: close()", "结束：close()")
        reply = self._learner.watched(self._object.start("close"))
        if self._came and self._items(self._came) == self._items(self._came[:-1]):
            reply.raises(EOFError, because=self._because)
        else:
            reply.returns(None, CLOSED, self._because)

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
        self._steps.crossed(STREAM, YOU, piece)
        self._came += piece
        return self._learner.watched(self._object.start("feed", piece))

    def _returns(self, reply: Reply) -> None:
        got = reply.value(self._because)
        complete = self._items(self._came)
        want, self._given = complete[self._given :], len(complete)
        if got or got != want:
            shown = _said(got)
            self._steps.tell(YOU, f"returned {shown.en}", f"返回 {shown.zh}")
        self._steps.expect(FED, got=got, want=want, because=self._because)


def _said(got: Any) -> Text:
    sizes = [len(each) for each in got if isinstance(each, bytes)] if type(got) is list else []
    if sum(sizes) <= SHOWN:
        return brief(got, 0)
    return Text(f"a list of {len(got)}", f"{len(got)} 项的列表")
