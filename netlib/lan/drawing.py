"""Boxes and the lines between them as a picture: a tree from left to right on a white card.

Only for diagram.py, which says what stands in them. The picture is read on light pages and on
dark ones, so it brings its own ground; what a colour tells, a word tells, too.
"""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netlib.columns import width

__all__ = ["Box", "svg"]

_COLUMN = 7.95  # pixels that a column of text takes at most, at 13 pixels
_SMALL = 7.35  # the same at 12 pixels
_LINE = 17  # pixels from one line of text to the next
_PAD = 10  # around the text in a box
_GAP = 16  # between two boxes below each other
_LEAST = 40  # for a cable with marks above and below it
_TRUNK = 18  # from a box to where the cables to what is below it part
_MARGIN = 16
_INK, _DIM, _WIRE, _BAD = "#1f2328", "#59636e", "#57606a", "#b3261e"
_FILLS = {  # ground and edge by kind
    "host": ("#ffffff", "#8c959f"),
    "router": ("#fff4e5", "#9a6700"),
    "switch": ("#e8f1fb", "#0b5394"),
    "hub": ("#eef7ee", "#1a7f37"),
}
_STYLE = (
    "text{font:13px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,'Noto Sans Mono CJK SC',"
    f"'PingFang SC','Microsoft YaHei',monospace;fill:{_INK};white-space:pre}}"
    f".name{{font-weight:600}}.wire{{font-size:12px;fill:{_DIM}}}.bad{{font-size:12px;fill:{_BAD}}}"
    f"path{{fill:none;stroke:{_WIRE};stroke-width:1.5}}.faulty{{stroke:{_BAD};"
    "stroke-dasharray:7 4}"
)


@dataclass(frozen=True, slots=True)
class Box:
    """A machine: its name, the lines below, its kind, and how the cable to it is marked.

    A box without a kind is only a name, dashed.
    """

    name: str
    lines: tuple[str, ...]
    kind: str
    wire: str = ""
    faults: str = ""
    below: tuple["Box", ...] = ()

    @property
    def wide(self) -> float:
        """Pixels."""
        return max(map(width, (self.name, *self.lines))) * _COLUMN + 2 * _PAD

    @property
    def high(self) -> float:
        """Pixels."""
        return _LINE * (1 + len(self.lines)) + 2 * _PAD - 5

    @property
    def span(self) -> float:
        """Pixels from top to bottom, with all that is below it in the tree."""
        return max(self.high, _LEAST if self.faults else 0, self.below_high)

    @property
    def below_high(self) -> float:
        """Pixels that the boxes below it take."""
        return sum(child.span + _GAP for child in self.below) - _GAP

    @property
    def reach(self) -> float:
        """Pixels of cable that its marks take."""
        return max(width(self.wire), width(self.faults)) * _SMALL + 22


def svg(trees: Sequence[Box], empty: str) -> str:
    """Return trees below each other as SVG; empty is what to say if there are none."""
    plan = _Plan()
    y = float(_MARGIN)
    for tree in trees:
        plan.place(tree, 0, y)
        y += tree.span + _GAP
    parts = list(plan.drawn(empty if not trees else ""))
    wide, high = plan.right() + _MARGIN, max(y - _GAP, 40) + _MARGIN
    size = f'width="{wide:.0f}" height="{high:.0f}" viewBox="0 0 {wide:.0f} {high:.0f}"'
    card = f'<rect x=".5" y=".5" width="{wide - 1:.0f}" height="{high - 1:.0f}" rx="8" '
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{_STYLE}</style>',
            f'{card}fill="#fff" stroke="#d0d7de"/>',
            *parts,
            "</svg>",
        )
    )


class _Plan:
    """Where every box stands: a column a depth, a row a leaf, what is above them in the middle."""

    def __init__(self) -> None:
        self._boxes: list[tuple[Box, int, float, list[int]]] = []  # with depth, middle, those below
        self._wide: dict[int, float] = {}  # of the boxes of one depth
        self._reach: dict[int, float] = {}  # of the cables to them

    def place(self, box: Box, depth: int, top: float) -> int:
        """Place a box and what is below it, from top to top + box.span; return its index."""
        self._wide[depth] = max(self._wide.get(depth, 0), box.wide)
        self._reach[depth] = max(self._reach.get(depth, 0), box.reach if depth else 0)
        y = top + (box.span - box.below_high) / 2
        below = []
        for child in box.below:
            below.append(self.place(child, depth + 1, y))
            y += child.span + _GAP
        middles = [self._boxes[i][2] for i in below] or [top + box.span / 2]
        middle = (middles[0] + middles[-1]) / 2
        bounds = top + box.high / 2, top + box.span - box.high / 2
        self._boxes.append((box, depth, min(max(middle, bounds[0]), bounds[1]), below))
        return len(self._boxes) - 1

    def right(self) -> float:
        """Where the last column ends."""
        last = max(self._wide, default=0)
        return self._left(last) + self._wide.get(last, 160)

    def _left(self, depth: int) -> float:
        before = sum(self._wide[i] + _TRUNK for i in range(depth))
        return _MARGIN + before + sum(self._reach[i] for i in range(1, depth + 1))

    def drawn(self, empty: str) -> Iterator[str]:
        """Yield the cables, then the boxes on top."""
        if empty:
            yield _text(_MARGIN, 34, empty)
        for box, depth, middle, below in self._boxes:
            if not below:
                continue
            start = self._left(depth) + box.wide
            trunk = self._left(depth) + self._wide[depth] + _TRUNK
            ends = [middle, *(self._boxes[i][2] for i in below)]
            stem = f"M{_n(start)} {_n(middle)}H{_n(trunk)}"
            yield f'<path d="{stem}M{_n(trunk)} {_n(min(ends))}V{_n(max(ends))}"/>'
            for child, _, y, _ in (self._boxes[i] for i in below):
                bad = ' class="faulty"' if child.faults else ""
                yield f'<path{bad} d="M{_n(trunk)} {_n(y)}H{_n(self._left(depth + 1))}"/>'
                yield _text(trunk + 8, y - 6, child.wire, "wire")
                if child.faults:
                    yield _text(trunk + 8, y + 15, child.faults, "bad")
        for box, depth, middle, _ in self._boxes:
            yield from _drawn(box, self._left(depth), middle - box.high / 2)


def _drawn(box: Box, x: float, y: float) -> Iterator[str]:
    fill, edge = _FILLS.get(box.kind, ("#ffffff", "#8c959f"))
    dashes = "" if box.kind else ' stroke-dasharray="4 3"'
    size = f'width="{_n(box.wide)}" height="{_n(box.high)}" rx="6"'
    yield f'<rect x="{_n(x)}" y="{_n(y)}" {size} fill="{fill}" stroke="{edge}"{dashes}/>'
    yield _text(x + _PAD, y + _PAD + 11, box.name, "name")
    for number, line in enumerate(box.lines, 1):
        yield _text(x + _PAD, y + _PAD + 11 + number * _LINE, line)


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    known = f' class="{kind}"' if kind else ""
    return f'<text{known} x="{_n(x)}" y="{_n(y)}">{html.escape(text, quote=False)}</text>'


def _n(value: float) -> str:
    """Return a coordinate in as few characters as it takes."""
    return f"{value:.1f}".removesuffix(".0")
