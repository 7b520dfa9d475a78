"""What a sequence diagram is drawn with, as SVG: arrows with their labels, crosses, words.

Where they stand is for picture.py to say. Nothing here measures fonts: a letter of
a fixed-width font is never wider than 0.61 em, a Chinese character never wider than two.
"""

import html
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netlib.columns import width

__all__ = ["BAND", "CARD", "COLUMN", "EDGE", "HEAD", "RAIL", "STYLE", "Arrow"]
__all__ += ["dots", "labels", "number", "shaft", "words"]

COLUMN = 7.95  # pixels a column of text takes at most, at 13 pixels
CARD, BAND, HEAD, EDGE, RAIL = "#fff", "#fdeeec", "#f3f5f7", "#d0d7de", "#8c959f"
_INK, _DIM, _ARROW, _BAD = "#1f2328", "#59636e", "#0b5394", "#b3261e"
STYLE = (
    "text{font:13px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,'Noto Sans Mono CJK SC',"
    f"'PingFang SC','Microsoft YaHei',monospace;fill:{_INK};white-space:pre}}"
    f".label{{stroke:{CARD};stroke-width:5px;paint-order:stroke}}"
    f".guilty{{stroke:{BAND}}}.dim{{fill:{_DIM}}}.name{{font-weight:600}}"
    f".title{{font-weight:600;font-size:15px}}.here{{fill:{_BAD};font-weight:600}}"
    f".rail{{stroke:{RAIL};stroke-width:1.25}}"
    f".arrow{{stroke:{_ARROW};fill:{_ARROW};stroke-width:1.5}}"
    f".bad{{stroke:{_BAD};fill:{_BAD};stroke-width:2.5}}"
)


@dataclass(frozen=True, slots=True)
class Arrow:
    """From (x1, y1) at the sender to (x2, y2), where the message arrives or is lost."""

    x1: float
    y1: float
    x2: float
    y2: float
    label: str
    fate: str
    guilty: bool

    def y(self, x: float) -> float:
        """The height of the arrow at x."""
        return self.y1 + (self.y2 - self.y1) * (x - self.x1) / (self.x2 - self.x1)

    def spans(self, x: float) -> bool:
        """Tell whether the arrow passes x."""
        return min(self.x1, self.x2) <= x <= max(self.x1, self.x2)

    def along(self, share: float, off: float) -> list[tuple[float, float]]:
        """Return points in the middle of the label, at that share of the way, so far off it."""
        slope = math.hypot(self.x2 - self.x1, self.y2 - self.y1) / abs(self.x2 - self.x1)
        half = width(self.label) * COLUMN / 2 / slope
        middle = self.x1 + (self.x2 - self.x1) * share
        count = max(2, int(half / 6))
        xs = (middle - half + 2 * half * i / count for i in range(count + 1))
        return [(x, self.y(x) + off) for x in xs]


def labels(arrows: Sequence[Arrow], rails: Sequence[float]) -> Iterator[str]:
    """Yield every label, along its arrow where it meets the fewest lines and other labels."""
    taken = [(arrow.x2, arrow.y2) for arrow in arrows if arrow.fate == "lost"]
    shares = [0.5 + sign * step / 40 for step in range(14) for sign in (1, -1)]
    above = [(share, -10.0) for share in shares]
    below = [(share, 11.0) for share in shares]

    def meets(arrow: Arrow, place: tuple[float, float]) -> int:
        points = arrow.along(*place)
        if not (arrow.spans(points[0][0] - 6) and arrow.spans(points[-1][0] + 6)):
            return 1000
        others = [other for other in arrows if other is not arrow]
        count = sum(points[0][0] - 4 < rail < points[-1][0] + 4 for rail in rails)
        for x, y in points:
            count += sum(other.spans(x) and abs(other.y(x) - y) < 11 for other in others)
            count += 3 * sum(abs(x - a) < 12 and abs(y - b) < 15 for a, b in taken)
        return count

    for arrow in sorted(arrows, key=lambda arrow: arrow.y1 == arrow.y2):  # these have most room
        slope = math.degrees(math.atan((arrow.y2 - arrow.y1) / (arrow.x2 - arrow.x1)))
        places = above + below if slope else above
        free = (place for place in places if not meets(arrow, place))
        share, off = next(free, None) or min(places, key=lambda place: meets(arrow, place))
        taken += arrow.along(share, off)
        x = arrow.x1 + (arrow.x2 - arrow.x1) * share
        turn = f"rotate({number(slope)} {number(x)} {number(arrow.y(x))})" if slope else ""
        kind = "label guilty" if arrow.guilty and not slope else "label"
        yield words(x, arrow.y(x) + off + 4, arrow.label, kind, "middle", turn)


def shaft(arrow: Arrow) -> str:
    """Return the line of an arrow and its head, or a cross where a message was lost."""
    across, down = arrow.x2 - arrow.x1, arrow.y2 - arrow.y1
    length = math.hypot(across, down)
    ux, uy = across / length, down / length
    x, y = arrow.x2, arrow.y2
    begin = f'<line x1="{number(arrow.x1)}" y1="{number(arrow.y1)}" '
    if arrow.fate == "lost":
        line = f'{begin}x2="{number(x)}" y2="{number(y)}"/>'
        cross = f"M{number(x - 6)} {number(y - 6)}l12 12m0 -12l-12 12"
        end = f'<path class="bad" d="{cross}"/>'
    else:
        dashes = ' stroke-dasharray="6 4"' if arrow.fate == "duplicate" else ""
        line = f'{begin}x2="{number(x - 8 * ux)}" y2="{number(y - 8 * uy)}"{dashes}/>'
        back = [(x - 10 * ux - side * uy, y - 10 * uy + side * ux) for side in (4.5, -4.5)]
        points = " ".join(f"{number(a)},{number(b)}" for a, b in ((x - ux, y - uy), *back))
        end = f'<polygon points="{points}" stroke="none"/>'
    return f'<g class="{"bad" if arrow.guilty else "arrow"}">{line}{end}</g>'


def dots(x: float, y: float) -> str:
    """Return three dots below each other: a rail goes on, and what happened there is folded."""
    return "".join(
        f'<circle cx="{number(x)}" cy="{number(y + step)}" r="1.5" fill="{_DIM}"/>'
        for step in (-6, 0, 6)
    )


def words(x: float, y: float, text: str, kind: str = "", at: str = "", turn: str = "") -> str:
    """Return text at (x, y): its left end on the base line, or what text-anchor says at is."""
    given = {"class": kind, "x": number(x), "y": number(y), "text-anchor": at, "transform": turn}
    attributes = "".join(f' {name}="{value}"' for name, value in given.items() if value)
    return f"<text{attributes}>{html.escape(text, quote=False)}</text>"


def number(value: float) -> str:
    """Return a coordinate in as few characters as it takes."""
    return f"{value:.1f}".removesuffix(".0")
