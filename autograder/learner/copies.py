"""A process that loads a learner's cells, and of which every run of a rule gets a copy.

Loading takes longer than all else that a rule costs; a fork of what was loaded takes a tenth
of it, and no rule sees what another one did. Where a copy would not be what was loaded (a cell
has started a thread, or keeps a socket), the process itself is used, once.
"""

import socket
import tempfile
from collections.abc import Callable
from operator import itemgetter
from typing import Any, BinaryIO, NoReturn

from autograder.clock import CLOCK, NEVER
from autograder.deadlines import ALL_LOAD_S, CALL_S, LOAD_S, SLOW_S
from autograder.guest.loading import LoadCell
from autograder.guest.pipe import Pipe, PipeError, TooLong
from autograder.learner.process import MALFORMED, Process
from autograder.learner.process_tree import Tasks
from autograder.text.observed import Gone, Unloadable
from autograder.text.wording import Text

__all__ = ["Original"]


class Original(Process):
    """A process into which cells can be loaded.

    end_copies ends the copies that it has made, where copies can be made.

    Attributes:
        slowest: the slow cell that took longest to load, and how many seconds; or "".
        undefined: names that the cells use and nothing defines.
        copies: whether a copy would be what was loaded.
    """

    def __init__(
        self,
        pipe: Pipe,
        kill: Callable[[], None],
        end_copies: Callable[[], None] | None = None,
        sockets: Callable[[], frozenset[str]] = frozenset,
        printed: BinaryIO | None = None,
        tasks: Callable[[], Tasks] = frozenset,
        cpu_s: Callable[[], float] = float,
    ) -> None:
        super().__init__(pipe, kill, sockets, printed, tasks, cpu_s)
        self._end_copies = end_copies
        self._labels: tuple[str, ...] = ()  # of the cells that are being loaded
        self._loading = ("", NEVER)
        self.slowest = ("", 0.0)
        self.undefined: tuple[str, ...] = ()
        self.copies = False

    def load(self, cells: tuple[LoadCell, ...], names: tuple[str, ...]) -> None:
        """Load cells; what they raised is in problems. Raises Unloadable."""
        rows = [[cell.label, cell.source, cell.whole] for cell in cells]
        call = self._register()
        message = {"op": "load", "id": call.number, "cells": rows, "names": list(names)}
        self._labels = tuple(cell.label for cell in cells)
        try:
            self.post(message)
        except Gone as error:
            if not isinstance(error.__cause__, TooLong):
                raise  # a process that ends before it has seen a cell is our own fault
            self._loading = max(cells, key=lambda cell: len(cell.source)).label, NEVER
            self._unloadable(Text("is too long to be run here", "太长，无法在这里运行"))
        self._loading = (*self._labels[:1], "")[0], CLOCK.after(SLOW_S)
        end = CLOCK.limit(ALL_LOAD_S)
        try:
            while call.reply is None:
                self._handle(*self._pipe.receive(min(end, CLOCK.limit(LOAD_S))))
            self._note_time()
            self._labels = ()
            self.problems = [_problem(row) for row in call.reply["loaded"][:50]]
            self.missing = tuple(name for name in names if name in call.reply["missing"])
            self.undefined = tuple(str(name)[:80] for name in call.reply["undefined"][:50])
            self.copies = call.reply["still"] is True and self._end_copies is not None
            self._at_first = self._sockets()
        except TimeoutError:
            seconds = f"{LOAD_S:g} s"
            why = Text(f"was still running after {seconds}", f"运行了 {seconds} 还没有结束")
            self._unloadable(why)
        except (PipeError, *MALFORMED):
            self._unloadable(Text("ended its process", "结束了自己的进程"))

    def copy(self) -> Process:
        """Return a copy of what was loaded, which ends with it. Raises Gone."""
        assert self._end_copies is not None
        ours, theirs = socket.socketpair()
        printed = None if self._printed is None else tempfile.TemporaryFile()
        copy = Process(Pipe(ours), self._end_copies, self._sockets, printed, self.tasks, self.cpu_s)
        copy.scratch = self.scratch
        try:
            with theirs:
                descriptors = [file.fileno() for file in (theirs, printed) if file is not None]
                self.post({"op": "copy"}, descriptors)
            copy.begin(self.problems, self.missing, self.printed(), CLOCK.limit(CALL_S))
        except (TimeoutError, PipeError, Gone) as error:
            copy.kill()
            self.kill()
            raise Gone(str(error)) from None
        return copy

    def _handle(self, message: dict[str, Any], descriptors: list[int]) -> None:
        if (label := message.get("loading")) in self._labels and not descriptors:
            self._note_time()
            self._loading = (str(label), CLOCK.after(SLOW_S))
        else:
            super()._handle(message, descriptors)

    def _note_time(self) -> None:
        """Note how long the cell took whose loading has just ended, if it was slow."""
        label, slow = self._loading
        if label and CLOCK.passed(slow):
            took = (label, CLOCK.now() - slow + SLOW_S)
            self.slowest = max(self.slowest, took, key=itemgetter(1))

    def _unloadable(self, why: Text) -> NoReturn:
        self.kill()
        raise Unloadable(self._loading[0], why) from None


def _problem(row: Any) -> tuple[str, int, str]:
    match row:
        case [str(label), int(line), str(error)]:
            return label[:80], line, error[:200]
    raise ValueError("a problem is a label, a line and a text")
