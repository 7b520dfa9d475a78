"""A live table of numbers and how they went: connections, messages a second, queue lengths."""

import math
from collections.abc import Callable, Collection, Mapping
from numbers import Real

from netlib.clock import Clock
from netlib.columns import clean, elide, pad, width
from netlib.deadlines import SERVER_S
from netlib.panels.panel import Panel, View
from netlib.panels.series import Series
from netlib.panels.worker import Contract, Worker, name_of, told

__all__ = ["Dashboard"]

_MOST = 20  # rows
_NAME_CHARACTERS = 200
_NAME_COLUMNS = 24
_COLUMNS = 78  # of the text form
_LARGEST = 1e300


class Dashboard(Panel):
    """Numbers of something that runs, as they are now and as they were.

        Dashboard(lambda: {"connections": len(peers), "messages": count}, rates=("messages",))

    Args:
        sample: sample() -> dict of numbers by name, finite ones, below 1e300. It may be slow.
        every: seconds from one sample to the next.
        rates: names of totals that only grow: shown is by how much, per second.
        title: stands above the table.
        patience_s: seconds without a sample after which the dashboard says so.
    """

    def __init__(
        self,
        sample: Callable[[], Mapping[str, float]],
        every: float = 0.5,
        *,
        rates: Collection[str] = (),
        title: str = "",
        language: str | None = None,
        patience_s: float = 2,
        clock: Clock | None = None,
    ) -> None:
        if not callable(sample):
            raise TypeError(f"Dashboard() expected a function; got {type(sample).__name__}")
        if not 0 < every < math.inf:
            raise ValueError(f"expected every to be a number of seconds above 0; got {every}")
        super().__init__(language, patience_s, clock)
        self.every = every
        self.title = clean(title) or self._words.dashboard
        self.series: dict[str, Series] = {}
        self.count = self.more = 0
        self._sample, self._rates = sample, frozenset(rates)
        self._totals: dict[str, float] = {}
        self._sampled: float | None = None  # when the last sample came,
        self._asked: float | None = None  # when one was asked for that has not come,
        self._next = self._clock.now()  # and when the next is due
        self._trouble = ""
        self._left: list[str] = []
        self._worker = Worker(name_of(sample), self._clock)
        self._painter.start()

    def news(self) -> list[str]:
        """Return sentences on how the sampling is doing at this moment."""
        if self._closing.is_set():
            return [self._words.closed, *self._left]
        asked = self._asked  # another thread may change it
        if asked is not None and self._clock.now() >= asked + self.patience_s:
            name = self._worker.name
            return [self._words.late.format(seconds=self.patience_s, name=name)]
        if self._trouble:
            return [self._trouble]
        if not self.count:
            return [self._words.blank]
        return [self._words.sampled.format(count=self.count, every=self.every)]

    def rows(self) -> list[Series]:
        """Return what the table shows."""
        with self._lock:
            return [Series(each.name, each.values.copy()) for each in self.series.values()]

    def text(self) -> str:
        rows = self.rows()
        if not rows:
            return "\n".join([self.title, *self.news()])
        table = [
            self._words.columns[:-1],
            *((elide(row.name, _NAME_COLUMNS), *row.cells()) for row in rows),
        ]
        wide = [max(map(width, column)) for column in zip(*table, strict=True)]
        room = max(_COLUMNS - sum(wide) - 2 * len(wide), 8)
        past = [self._words.columns[-1], *(row.bars()[-room:] for row in rows)]
        lines = [self.title]
        for (name, *numbers), history in zip(table, past, strict=True):
            right = [
                " " * (w - width(cell)) + cell for cell, w in zip(numbers, wide[1:], strict=True)
            ]
            lines.append("  ".join([pad(name, wide[0]), *right, history]).rstrip())
        if self.more:
            lines.append(self._words.more.format(count=self.more))
        return "\n".join([*lines, *self.news()])

    def _advance(self) -> float | None:
        now, asked = self._clock.now(), self._asked
        if asked is None and now < self._next:
            return self._next
        if asked is None:
            self._asked, self._next = now, now + self.every
            self._worker.put(self._take)
            return now + self.patience_s
        late = asked + self.patience_s
        return late if now < late else None  # then only the sample itself brings news

    def _take(self) -> None:
        """Take one sample, in the worker's thread."""
        try:
            self._keep(_numbers(self._sample()), self._clock.now())
        except BaseException as error:  # whatever a function ends with is told here
            self._trouble = told(error, self._worker.name, self._words)
        self._asked = None
        self._changed.set()

    def _keep(self, numbers: dict[str, float], now: float) -> None:
        passed = now - self._sampled if self._sampled is not None else 0
        shown = {}
        for name, value in numbers.items():
            if name not in self._rates:
                shown[name] = value
            elif name in self._totals and passed > 0:
                grown = max(value - self._totals[name], 0)  # a total that begins anew
                shown[self._words.rate.format(name=name)] = grown / passed
        with self._lock:
            self._trouble, self._totals, self._sampled = "", numbers, now
            self.count += 1
            self.more = max(len(shown) - _MOST, 0)
            kept = list(shown)[:_MOST]
            self.series = {name: self.series.get(name) or Series(name) for name in kept}
            for name, series in self.series.items():
                series.values.append(shown[name])

    def _make_view(self) -> View:
        from netlib.panels.dashboard_view import DashboardView

        return DashboardView(self, self._words)

    def _end(self) -> None:
        self._worker.end()
        if not self._worker.ended(SERVER_S):
            self._left.append(self._words.abandoned.format(name=self._worker.name))


def _numbers(sample: object) -> dict[str, float]:
    """Return the numbers of a sample by names that are fit to be shown."""
    expected = "a dict of finite numbers"
    if not isinstance(sample, Mapping):
        raise Contract(expected, type(sample).__name__)
    found = {}
    for name, value in sample.items():
        name = clean(str(name)[:_NAME_CHARACTERS])
        if not isinstance(value, Real) or not abs(float(value)) < _LARGEST:
            raise Contract(expected, f"{type(value).__name__} ({name})")
        found[name] = float(value)
    return found
