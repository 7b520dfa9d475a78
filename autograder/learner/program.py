"""A learner's cells, and processes that have them loaded.

A cell that hangs, is slow or ends its process while it loads is first cut down to its
definitions, then left out; a note says so. So a bad cell costs what it breaks, and no more.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from autograder.clock import CLOCK
from autograder.guest.loading import LoadCell
from autograder.learner.copies import Original
from autograder.learner.process import Process
from autograder.learner.source import Source
from autograder.text.observed import Gone, Unloadable
from autograder.text.wording import Text, called

if TYPE_CHECKING:
    from netlib.lan import Host

__all__ = ["Program", "TooManyBadCells"]

_SLOW_TIMES = 3
MOST_BAD = 8  # cells that may be cut down or left out in one submission


class TooManyBadCells(Exception):
    """So many cells cannot be loaded that none is tried any more."""

    text = Text(
        f"More than {MOST_BAD} cells hang or end their process: run all cells, then mend them.",
        f"超过 {MOST_BAD} 个单元格会卡住或结束进程：请先全部运行一遍，再逐个修好。",
    )


class Program:
    """What the guest of one notebook loads.

    Attributes:
        notes: a sentence for each cell that did not load as it stands.
        undefined: names that the cells use and nothing defines.
        seconds: time that cells have cost which could not be loaded.
    """

    def __init__(self, cells: Iterable[LoadCell], start: Callable[..., Original]) -> None:
        """start() returns a new process with nothing loaded; start(host) one on that host;
        start(descriptors=n) one that may open so many."""
        self._cells = tuple(cells)
        self._start = start
        self._bad = 0
        self._slow: Counter[str] = Counter()
        self._template: Original | None = None
        self._loaded_for: tuple[tuple[str, ...], int | None] = ((), None)
        self._uncopied = False
        self.notes: list[Text] = []
        self.undefined: set[str] = set()
        self.seconds = 0.0

    def process(
        self,
        names: tuple[str, ...],
        host: "Host | None" = None,
        descriptors: int | None = None,
    ) -> Process:
        """Return a new process with the cells loaded, on a host of a LAN if one is given; one that
        may open that many descriptors.

        Raises TooManyBadCells, and Unavailable where no process may open so many.
        """
        start = self._start
        if descriptors is not None:
            start = partial(start, descriptors=descriptors)
        if host is not None:
            return self._loaded(names, partial(start, host))
        if self._template is not None and self._loaded_for == (names, descriptors):
            try:
                return self._template.copy()
            except Gone:  # somebody ended it
                pass
        self.close()
        loaded = self._loaded(names, start)
        if not loaded.copies or self._uncopied:
            return loaded
        try:
            copy = loaded.copy()
        except Gone:
            self._uncopied = True  # its cells do not let a copy live
            return self._loaded(names, start)
        self._template, self._loaded_for = loaded, (names, descriptors)
        return copy

    def close(self) -> None:
        """End what is left of all processes."""
        if self._template is not None:
            self._template.kill()
            self._template = None

    def _loaded(self, names: tuple[str, ...], start: Callable[[], Original]) -> Original:
        while self._bad <= MOST_BAD:
            template = start()
            began = CLOCK.now()
            try:
                template.load(self._cells, names)
            except Unloadable as error:
                self.seconds += CLOCK.now() - began
                self._lighten(error.label, error.why)
                continue
            except BaseException:  # an interrupt, too, leaves no process behind
                template.kill()
                raise
            self._lighten_slow(template.slowest)
            self.undefined.update(template.undefined)
            return template
        raise TooManyBadCells

    @property
    def source(self) -> Source:
        """What the cells say."""
        return Source(self._cells)

    def _lighten_slow(self, slowest: tuple[str, float]) -> None:
        """Cut a cell down that was slow three times: once may be a busy machine's doing."""
        label, seconds = slowest
        if label:
            self.seconds += seconds
            self._slow[label] += 1
            if self._slow[label] == _SLOW_TIMES:
                self._lighten(label, Text("takes long to load", "加载太慢"))

    def _lighten(self, label: str, why: Text) -> None:
        """Take the definitions of a cell alone, or nothing if that was tried."""
        self._bad += 1
        found = next((cell for cell in self._cells if cell.label == label), None)
        if found is None:
            return  # it ended between two cells, or made a label up: tried again, MOST_BAD times
        if found.whole:
            lighter: tuple[LoadCell, ...] = (replace(found, whole=False),)
            note = Text("only its definitions are used", "只使用其中的定义")
        else:
            lighter = ()
            note = Text("it was left out", "已被跳过")
        cell = called(label)
        self.notes.append(
            Text(
                f"{cell.en.capitalize()} {why.en}: {note.en}.",
                f"{cell.zh} {why.zh}：{note.zh}。",
            )
        )
        self._cells = tuple(
            other for cell in self._cells for other in (lighter if cell is found else (cell,))
        )
