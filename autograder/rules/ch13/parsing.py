"""A parser of the learner's, fed with a stream that is cut as the schedule says. No socket."""

from collections.abc import Callable
from typing import Any

from autograder.network import Handle, Learner, Reply, Steps
from autograder.rules.frames import IS_REFUSED, IS_SHORT
from autograder.text import NOTHING, YOU, Because, Failed, Mistakes, Text, brief, such
from netlib.schedule.streams import Pass, Shape

__all__ = ["STREAM", "Parser", "holds_text"]

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
        another: bytes,
        empty: str,
        lost: str | None = None,
        garbled: str | None = None,
        of: Text = STREAM,
    ) -> None:
        """items returns what is complete in the beginning of a stream; another is one more.

        because is cited wherever it fails, empty where it drops what is empty, lost where a
        stream that came in pieces gives less, and garbled where it is refused. of is whose
        stream that is.
        """
        made = learner.start(name, *args).value()
        if not isinstance(made, Handle):
            want = Text(f"an object of class {name}", f"一个 {name} 对象")
            steps.fail(name, got=made, want=want)
        self._learner, self._steps, self._object = learner, steps, made
        self._items, self._given = items, 0
        self._because, self._another, self._empty = because, another, empty
        self._lost, self._garbled, self._of, self._pieces_come = lost, garbled, of, 0
        self._shape, self._came = Shape(steps.faults.faults), b""

    @property
    def came(self) -> bytes:
        """What it has been fed with."""
        return self._came

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
        self._steps.tell(self._of, "the end: close()", "结束，调用 close()")
        reply = self._learner.watched(self._object.start("close"))
        if self._came and self._items(self._came) == self._items(self._came[:-1]):
            reply.raises(EOFError, because={type(None): "STR-24"})
        else:
            reply.returns(None, CLOSED, {EOFError: "STR-24"})

    def overlooks(self, data: bytes) -> Callable[[Any], str | None]:
        """Return evidence of STR-25: where nothing has come back, data is not refused, either.

        Whoever refuses that has looked at the limit, and is wrong only in where it lies.
        """

        def shown(got: Any) -> str | None:
            if not isinstance(got, list):
                return None
            _, names = self.more(data)
            return NOTHING if "FrameError" in names else "STR-25"

        return shown

    def more(self, *pieces: bytes) -> tuple[list[Any], tuple[str, ...]]:
        """Return what it gives for further pieces, of which nothing is told, and the names of
        what it raises, which ends that."""
        returned, given = self._steps.returned, list[Any]()
        try:
            with self._steps.untold():
                for piece in pieces:
                    try:
                        given += self._call(piece).value()
                    except Failed as failure:
                        return given, failure.raised.names if failure.raised else ("",)
        finally:
            self._steps.returned = returned
        return given, ()

    def _lacks(self, want: list[bytes]) -> Callable[[Any], str | None]:
        """Return evidence of what it means that some of want are missing: whether they are lost,
        or come with the next piece."""
        empty_ones, rest = lacks_empty_ones(want), lacks_the_rest(want)
        none = such(list, lambda got: want and not got)

        def shown(got: Any) -> str | None:
            if not (empty_ones(got) or rest(got) or none(got)):
                return None
            in_pieces = self._pieces_come > 1
            next_ones = want[len(got) :][:1] if got == want[: len(got)] else []
            later = self.more(b"", self._another)[0] if next_ones else []
            if next_ones and later[:1] == next_ones:
                return "STR-45" if got else NOTHING
            if empty_ones(got):
                return self._empty
            if rest(got):
                return "STR-08"
            return self._lost if in_pieces else None

        return shown

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
        signs: Mistakes = {}
        if self._garbled:
            signs = {IS_SHORT: self._garbled, IndexError: self._garbled}
        if self._garbled and self._pieces_come > 1:
            signs = {**signs, IS_REFUSED: self._garbled}
        because = (because, self._because, self._lacks(want), signs)
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
