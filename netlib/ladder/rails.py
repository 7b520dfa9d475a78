"""Where a ladder's rows stand on the page: columns, arrows, notes beside them.

Rails are the vertical lines, one an
endpoint; the usual distances are those of the course's reports.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from netlib.columns import clean, elide, width
from netlib.ladder.rows import Row
from netlib.ladder.words import Words
from netlib.trace import Message

__all__ = ["WIDTH", "Layout"]

WIDTH = 78
_NARROWEST = 16  # columns between two rails, below which labels say nothing any more
_READABLE = 30  # columns that text beside the rails cannot take away from a long label
_SHAFT = 5  # of an arrow with a label: two dashes, two blanks, the head


class _Canvas:
    """One line, written to by column."""

    def __init__(self) -> None:
        self.cells = [" "] * WIDTH

    def put(self, column: int, string: str) -> None:
        for char in string:
            size = width(char)
            if column + size > WIDTH:
                return
            if size == 0:
                self.cells[max(column - 1, 0)] += char
                continue
            self.cells[column : column + size] = [char, ""][:size]
            column += size

    def __str__(self) -> str:
        return "".join(self.cells).rstrip()


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one diagram, and every kind of line in it."""

    names: tuple[str, ...]
    words: Words
    rails: tuple[int, ...] = field(default=())

    def __post_init__(self) -> None:
        if not self.rails:
            last = len(self.names) - 1
            usual = {1: (7, 46), 2: (10, 30, 53)}
            spread = tuple(7 + 50 * i // last for i in range(last + 1))
            object.__setattr__(self, "rails", usual.get(last, spread))

    @property
    def side(self) -> int:
        """The column where text to the right of the last rail begins."""
        return self.rails[-1] + (4 if len(self.rails) == 2 else 6)

    def fitted(self, shown: Sequence[tuple[Row, str]]) -> "Layout":
        """Move the rails together, as far as labels allow, if text beside them needs room."""
        beside = [
            sum(width(part) + 2 for part in (self.beside(row), flag) if part) - 2
            for row, flag in shown
        ]
        excess = self.side + max(beside, default=0) - WIDTH
        if excess <= 0:
            return self
        rails = [self.rails[0]]
        gaps = len(self.rails) - 1
        for i in range(gaps):
            usual = self.rails[i + 1] - self.rails[i]
            needed = max((self.needs(row, i) for row, _ in shown), default=0)
            needed = max(_NARROWEST, min(needed, _READABLE))
            share = -(-excess // (gaps - i))  # what is left, over the gaps that are left
            gap = min(usual, max(needed, usual - share))
            excess -= usual - gap
            rails.append(rails[-1] + gap)
        return replace(self, rails=tuple(rails))

    def needs(self, row: Row, gap: int) -> int:
        """How far the rails around a gap must be from each other for what is written there."""
        if row.message is None:
            inside = self._inside(row, self.names[gap])
            return width(inside) + 4 if inside else 0
        ends = {self.names.index(row.message.sender), self.names.index(row.message.receiver)}
        if ends != {gap, gap + 1}:
            return 0
        arrow = width(row.message.label) + _SHAFT
        return 1 + (arrow if row.message.fate != "lost" else -(-arrow * 4 // 3))

    def header(self) -> str:
        """The names of the endpoints, each above its rail."""
        canvas = _Canvas()
        free = 6
        for i, (rail, name) in enumerate(zip(self.rails, self.names, strict=True)):
            following = self.rails[i + 1] if i + 1 < len(self.rails) else WIDTH
            before = 1 if len(self.rails) == 2 else min(width(name) // 2, 6)
            start = max(free, rail - before)
            name = elide(name, max(following - start - 2, 6))
            canvas.put(start, name)
            free = start + width(name) + 2
        return str(canvas)

    def fold(self, count: int) -> str:
        """The line that stands for count rows."""
        canvas = self._bare("")
        canvas.put(self.rails[0] + 3, clean(self.words.more.format(count=count)))
        return str(canvas)

    def line(self, row: Row, number: str, flag: str) -> str:
        """One row; flag, if there is one, ends it."""
        canvas = self._bare(number)
        if row.message is not None:
            self._draw(canvas, row.message)
        for i, name in enumerate(self.names[:-1]):
            inside = self._inside(row, name)
            if inside:
                canvas.put(self.rails[i] + 3, inside)
        beside = self.beside(row)
        room = WIDTH - self.side - (width(flag) + 2 if flag else 0)
        canvas.put(self.side, elide(beside, room))
        if flag:
            canvas.put(WIDTH - width(flag) if beside else self.side, flag)
        return str(canvas)

    def beside(self, row: Row) -> str:
        """The text to the right of all rails: the fate, and notes that fit nowhere else."""
        parts = [row.said]
        for i, name in enumerate(self.names):
            here = row.noted(name)
            if i == len(self.names) - 1:
                parts.append(here)
            elif here and not self._inside(row, name):
                parts.append(f"{name}{self.words.colon}{here}")
        return " ".join(filter(None, parts))

    def _inside(self, row: Row, name: str) -> str:
        """The notes of one endpoint, if they fit between its rail and the next."""
        if row.message is not None:
            return ""
        here = row.noted(name)
        if len(here) < width(here):
            return ""  # few fonts draw a Chinese character two columns wide: no rail behind it
        i = self.names.index(name)
        return here if width(here) <= self.rails[i + 1] - self.rails[i] - 4 else ""

    def _bare(self, number: str) -> _Canvas:
        canvas = _Canvas()
        canvas.put(0, f"{number:>4}")
        for rail in self.rails:
            canvas.put(rail, "|")
        return canvas

    def _draw(self, canvas: _Canvas, message: Message) -> None:
        start, end = (self.names.index(name) for name in (message.sender, message.receiver))
        left, right = sorted((self.rails[start], self.rails[end]))
        space = right - left - 1
        lost = message.fate == "lost"
        arrow = _arrow(space, message.label, end < start, lost, centred=len(self.rails) == 2)
        offset = 1 + (space - width(arrow) if end < start else 0)
        canvas.put(left + offset, arrow)


def _arrow(space: int, label: str, leftwards: bool, lost: bool, centred: bool) -> str:
    """Draw an arrow with its label; with three columns labels begin at a third, in line."""
    length = space * 3 // 4 if lost else space
    label = f" {elide(label, length - _SHAFT)} " if label else ""
    dashes = length - 1 - width(label)
    third = space // 3 - 1 - leftwards
    before = (dashes + 1) // 2 if centred else max(1, min(third, dashes - 1))
    shaft = "-" * before + label + "-" * (dashes - before)
    if leftwards:
        return ("X" if lost else "<") + shaft
    return shaft + ("X" if lost else ">")
