"""The rows of a ladder as a picture: rails, arrows, crosses and words on a white card.

The picture is read on light pages and on dark ones, so it brings its own
ground; the contrast of every word on it is 4.5 or more, and no colour has a meaning of its
own. Time runs downwards by rows, not by the clock: the same order is the same picture.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from netlib.columns import elide, width
from netlib.ladder.marks import (
    BAND,
    CARD,
    COLUMN,
    EDGE,
    HEAD,
    RAIL,
    STYLE,
    Arrow,
    dots,
    labels,
    number,
    shaft,
    words,
)
from netlib.ladder.rows import Row

__all__ = ["Drawing", "Line", "beside"]

_STEP = 34  # pixels between two rows
_TOP = 68  # of the first row, below the names
_MARGIN = 16
_LOST = 0.65  # of the way: where a lost message ends
_TITLE = 70  # columns
_BESIDE = 46  # columns of text right of the rails


@dataclass(frozen=True, slots=True)
class Line:
    """A row to draw, with its number; or a fold, which has only words."""

    index: int
    number: str = ""
    row: Row | None = None
    beside: str = ""
    flag: str = ""
    fold: str = ""


@dataclass(slots=True)
class Drawing:
    """The picture of some lines between named rails; svg() is the whole of it."""

    names: Sequence[str]
    lines: Sequence[Line]
    title: str = ""
    gutter: float = field(init=False)  # where the rows' numbers end
    heads: list[str] = field(init=False)  # the names, as far as there is room
    rails: list[float] = field(init=False)
    heights: dict[int, float] = field(init=False)  # of the rows that are shown, by index
    starts: dict[int, float] = field(init=False)  # where messages that left earlier set out

    def __post_init__(self) -> None:
        self._place_rails()
        self._place_rows()

    # -- where everything stands ------------------------------------------------------------

    def _place_rails(self) -> None:
        gaps = len(self.names) - 1
        least, most = {1: (280.0, 440.0), 2: (200.0, 300.0)}.get(gaps, (140.0, 700 / gaps))
        self.heads = [elide(name, int(most / COLUMN) - 6) for name in self.names]
        needs = [least] * gaps
        for i in range(gaps):
            halves = (width(self.heads[i]) + width(self.heads[i + 1])) / 2
            needs[i] = max(least, halves * COLUMN + 40)
        for line in self.lines:
            if line.row is None:
                continue
            message = line.row.message
            if message is not None:
                ends = sorted((self._rail(message.sender), self._rail(message.receiver)))
                share = _LOST if message.fate == "lost" else 1
                need = (width(message.label) * COLUMN + 48) / share / (ends[1] - ends[0])
                for i in range(*ends):
                    needs[i] = max(needs[i], need)
            for note in line.row.notes if message is None else ():
                if (i := self._rail(note.at)) < gaps:
                    needs[i] = max(needs[i], width(note.text) * COLUMN + 36)
        gutter = _MARGIN + max((width(line.number) for line in self.lines), default=0) * COLUMN
        self.gutter = gutter
        self.rails = [round(max(gutter + 16, _MARGIN + width(self.heads[0]) * COLUMN / 2 + 10))]
        for need in needs:
            self.rails.append(self.rails[-1] + round(min(need, most)))

    def _rail(self, name: str) -> int:
        return list(self.names).index(name)

    def _place_rows(self) -> None:
        """Give every row its height, and every message that left earlier a place to leave from."""
        moments: list[tuple[tuple[int, int, float], int]] = []
        rows = {line.index: line.row for line in self.lines if line.row is not None}
        for line in self.lines:
            moments.append(((line.index, 1, 0.0), line.index))
            if line.row is not None and line.row.left is not None and line.row.twin not in rows:
                before, order = line.row.left
                moments.append(((before, 0, order), line.index))
        moments.sort()
        following = [*(index for _, index in moments[1:]), None]
        self.heights, self.starts = {}, {}
        y = float(self._top())
        for ((_, arrives, _), index), upcoming in zip(moments, following, strict=False):
            if arrives:
                self.heights[index] = y
                y += _STEP
            elif index != upcoming or rows[index].said:  # else it was there at once
                self.starts[index] = y
                y += _STEP - 10
        for index, row in rows.items():
            if row.twin is not None and row.twin in rows:
                self.starts[index] = self.starts.get(row.twin, self.heights[row.twin])

    def _top(self) -> int:
        return _TOP + (34 if self.title else 0)

    # -- the picture ------------------------------------------------------------------------

    def svg(self) -> str:
        """Return the picture; the same lines give the same text."""
        arrows = [arrow for line in self.lines if (arrow := self._arrow(line))]
        wide, high = self._size()
        size = f'width="{wide}" height="{number(high)}"'
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {wide} {number(high)}">',
            f"<style>{STYLE}</style>",
            _box(0.5, 0.5, wide - 1, high - 1, CARD, EDGE),
        ]
        if self.title:
            parts.append(words(_MARGIN, 31, elide(self.title, _TITLE), "title"))
        for line in self.lines:
            if line.flag:
                y = self.heights[line.index] - _STEP / 2 - 3
                parts.append(_box(8, y, wide - 16, _STEP, BAND, "none"))
        parts += self._rails_and_names(high)
        parts += map(shaft, arrows)
        parts += labels(arrows, self.rails)
        for line in self.lines:
            parts += self._words(line)
        return "\n".join([*parts, "</svg>\n"])

    def _size(self) -> tuple[int, float]:
        """Return width and height: letters in the title are wider than the others."""
        beside = (width(f"{line.beside}  {line.flag}".strip()) for line in self.lines)
        right = max(
            self.rails[-1] + width(self.heads[-1]) * COLUMN / 2 + 10,
            self.rails[-1] + 18 + max(beside, default=0) * COLUMN,
            _MARGIN + min(width(self.title), _TITLE) * COLUMN * 15 / 13,
        )
        return math.ceil(right + _MARGIN), max([self._top(), *self.heights.values()]) + 30

    def _rails_and_names(self, high: float) -> Iterator[str]:
        top = self._top() - 52
        folds = [self.heights[line.index] for line in self.lines if line.fold]
        for name, rail in zip(self.heads, self.rails, strict=True):
            x = number(rail)
            begin = top + 24.0
            for fold in [*folds, high]:  # a fold is a gap in the rail
                end = fold - 12
                yield f'<path class="rail" d="M{x} {number(begin)}V{number(end)}"/>'
                begin = fold + 12
            yield from (dots(rail, fold) for fold in folds)
            half = width(name) * COLUMN / 2 + 10
            yield _box(rail - half, top, 2 * half, 24, HEAD, RAIL)
            yield words(rail, top + 16.5, name, "name", "middle")

    def _arrow(self, line: Line) -> Arrow | None:
        message = line.row.message if line.row else None
        if message is None:
            return None
        x1, x2 = (self.rails[self._rail(name)] for name in (message.sender, message.receiver))
        y2 = self.heights[line.index]
        y1 = self.starts.get(line.index, y2)
        if message.fate == "lost":
            x2 = x1 + (x2 - x1) * _LOST
        label = elide(message.label, int((abs(x2 - x1) - 32) / COLUMN))
        return Arrow(x1, y1, x2, y2, label, message.fate, bool(line.flag))

    def _words(self, line: Line) -> Iterator[str]:
        y = self.heights[line.index] + 4.5
        if line.row is None:
            yield words(self.rails[0] + 14, y, line.fold, "dim")
            return
        yield words(self.gutter, y, line.number, "dim", "end")
        for i, name in enumerate(self.names[:-1]):
            text = line.row.noted(name)
            if text and line.row.message is None:
                room = int((self.rails[i + 1] - self.rails[i] - 24) / COLUMN)
                yield words(self.rails[i] + 12, y, elide(text, room))
        side = self.rails[-1] + 18
        if line.beside:
            yield words(side, y, line.beside)
            side += (width(line.beside) + 2) * COLUMN
        if line.flag:
            yield words(side, y, line.flag, "here")


def beside(row: Row, names: Sequence[str], colon: str) -> str:
    """Return what stands right of all rails: the fate, and notes without a row of their own."""
    parts = [row.said]
    for name in names:
        text = row.noted(name)
        if text and name == names[-1]:
            parts.append(text)
        elif text and row.message is not None:
            parts.append(f"{name}{colon}{text}")
    return elide(" ".join(filter(None, parts)), _BESIDE)


def _box(x: float, y: float, wide: float, high: float, fill: str, edge: str) -> str:
    size = f'width="{number(wide)}" height="{number(high)}"'
    return f'<rect x="{number(x)}" y="{number(y)}" {size} rx="6" fill="{fill}" stroke="{edge}"/>'
