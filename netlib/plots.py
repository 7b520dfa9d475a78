"""Measurements as pictures: bars and lines whose numbers can also be read, heard and copied.

A picture is an SVG on a white card, readable on a light page and on a dark one, with the
numbers in its text alternative; in a terminal it is bars of # signs, or a table. matplotlib is
imported when the picture is asked for, and needed for nothing else.
"""

import io
import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from netlib.columns import clean, elide, pad, width
from netlib.errors import Unavailable
from netlib.images import image

__all__ = ["Bars", "Lines", "bars", "lines"]

_WIDTH = 78  # columns of the text form
_FEWEST = 10  # columns for the bars in it
_COLOURS = {"bar": "#1f5fa8", "ink": "#1a1a1a", "card": "#ffffff"}
_PENS = (  # colour, marker, dashes: no colour has a meaning of its own
    ("#1f5fa8", "o", "-"),
    ("#b3400e", "s", "--"),
    ("#3b6e22", "^", ":"),
    ("#6b3fa0", "D", "-."),
)
_STYLE: dict[Any, Any] = {  # newer matplotlib wants its literals as keys, older strings
    "svg.hashsalt": "live-sockets",  # else the ids in the file are random
    "svg.fonttype": "none",  # text stays text: the reader's fonts know Chinese, ours do not
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],  # the one that comes with matplotlib
    "font.size": 11.0,
    "figure.constrained_layout.w_pad": 0.12,  # inches of card around the picture
    "figure.constrained_layout.h_pad": 0.12,
}


@dataclass(frozen=True, slots=True, repr=False)
class Bars:
    """A few numbers of one unit to compare, in order.

    str() of it is its text form; svg() is the picture, which notebooks show.
    """

    values: tuple[tuple[str, float], ...]
    title: str
    unit: str

    def __repr__(self) -> str:
        return f"<Bars: {self.alternative()}>"

    def __str__(self) -> str:
        names = [elide(clean(name), _WIDTH // 3) for name, _ in self.values]
        said = [elide(self._said(value), _WIDTH // 3) for _, value in self.values]
        first, last = max(map(width, names)), max(map(width, said))
        room = max(_WIDTH - first - last - 4, _FEWEST)
        most = max(value for _, value in self.values) or 1
        lines = [elide(clean(self.title), _WIDTH)]
        for name, (_, value), words in zip(names, self.values, said, strict=True):
            bar = "#" * (math.ceil(value / most * room) if value else 0)  # never none for some
            lines.append(f"{pad(name, first)}  {bar:<{room}}  {words}".rstrip())
        return "\n".join(lines)

    def alternative(self) -> str:
        """The whole content in one sentence, for who cannot see the picture."""
        parts = "; ".join(f"{clean(name)} {self._said(value)}" for name, value in self.values)
        return f"{clean(self.title)}: {parts}"

    def svg(self) -> str:
        """Return the picture; the same numbers give the same text.

        Raises:
            Unavailable: matplotlib is not installed.
        """
        return _drawn((6.4, 0.9 + 0.45 * len(self.values)), self.title, self._draw)

    def _draw(self, axes: Any) -> None:
        names = [elide(clean(name), 36) for name, _ in self.values]
        places = range(len(names))
        drawn = axes.barh(places, [value for _, value in self.values], color=_COLOURS["bar"])
        said = [_plain(self._said(value)) for _, value in self.values]
        axes.bar_label(drawn, said, padding=4, color=_COLOURS["ink"])
        axes.set_yticks(places, [_plain(name) for name in names])
        axes.invert_yaxis()
        axes.set_xticks([])
        axes.margins(x=0.3)  # room for the numbers to the right of the bars
        axes.spines["bottom"].set_visible(False)

    def _said(self, value: float) -> str:
        return f"{_number(value)} {clean(self.unit)}".rstrip()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return _bundle(self)


@dataclass(frozen=True, slots=True, repr=False)
class Lines:
    """A few series of numbers over the same quantity; each series is in the order of its points.

    str() of it is a table, a row for each x; svg() is the picture, which notebooks show.
    """

    series: tuple[tuple[str, tuple[tuple[float, float], ...]], ...]
    title: str
    x: str
    y: str

    def __repr__(self) -> str:
        return f"<Lines: {self.alternative()}>"

    def __str__(self) -> str:
        by_x = [dict(points) for _, points in self.series]
        room = _WIDTH // (len(self.series) + 1) - 2
        table = [
            [elide(clean(name), room) for name in (self.x, *(name for name, _ in self.series))]
        ]
        table += (
            [_number(x), *(_number(ys[x]) if x in ys else "" for ys in by_x)]
            for x in sorted(set().union(*by_x))
        )
        wide = [max(map(width, column)) for column in zip(*table, strict=True)]
        rows = (
            "  ".join(" " * (w - width(cell)) + cell for cell, w in zip(row, wide, strict=True))
            for row in table
        )
        above = ", ".join(filter(None, (clean(self.title), clean(self.y))))
        return "\n".join([elide(above, _WIDTH), *map(str.rstrip, rows)])

    def alternative(self) -> str:
        """The whole content in one sentence, for who cannot see the picture."""
        parts = []
        for name, points in self.series:
            said = ", ".join(f"{_number(y)} at {_number(x)}" for x, y in points)
            parts.append(f"{clean(name)} {said}")
        over = f"over {clean(self.x)}" if self.x else ""
        axes = " ".join(filter(None, (clean(self.y), over)))
        title = f"{clean(self.title)} ({axes})" if axes else clean(self.title)
        return f"{title}: {'; '.join(parts)}"

    def svg(self) -> str:
        """Return the picture; the same numbers give the same text.

        Raises:
            Unavailable: matplotlib is not installed.
        """
        return _drawn((6.4, 3.6), self.title, self._draw)

    def _draw(self, axes: Any) -> None:
        for (name, points), (colour, marker, dashes) in zip(self.series, _PENS, strict=False):
            xs, ys = zip(*points, strict=True)
            label = _plain(elide(clean(name), 36))
            axes.plot(xs, ys, color=colour, marker=marker, linestyle=dashes, label=label)
        axes.margins(y=0.15)  # for the legend
        axes.set_ylim(bottom=0)
        every = [point for _, points in self.series for point in points]
        for axis, numbers in zip((axes.xaxis, axes.yaxis), zip(*every, strict=True), strict=True):
            if all(number == int(number) for number in numbers):  # of blocks there are no halves
                axis.get_major_locator().set_params(integer=True)
        axes.set_xlabel(_plain(elide(clean(self.x), 60)))
        axes.set_ylabel(_plain(elide(clean(self.y), 36)))
        axes.legend(frameon=False)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return _bundle(self)


def bars(values: Mapping[str, float], *, title: str, unit: str = "") -> Bars:
    """Return a bar chart of values, one bar a name, in the order given.

    Raises:
        ValueError: there are no values, or one is negative or not finite.
    """
    if not values:
        raise ValueError("bars() expected at least one value; got none")
    for name, value in values.items():
        if not 0 <= value < math.inf:
            raise ValueError(f"bars() expected numbers from 0; got {value} for {name!r}")
    return Bars(tuple(values.items()), title, unit)


def lines(
    series: Mapping[str, Mapping[float, float]], *, title: str, x: str = "", y: str = ""
) -> Lines:
    """Return a chart of series by name, each a mapping of x to y; one line a series.

    x and y say what is measured along the axes, with the unit.

    Raises:
        ValueError: no series or more than 4; one without points; a y that is negative, or a
            number that is not finite.
    """
    if not 1 <= len(series) <= len(_PENS):
        raise ValueError(f"lines() expected 1 to {len(_PENS)} series; got {len(series)}")
    for name, points in series.items():
        if not points:
            raise ValueError(f"lines() expected at least one point in {name!r}; got none")
        for at, value in points.items():
            if not (0 <= value < math.inf and abs(at) < math.inf):
                raise ValueError(
                    f"lines() expected numbers from 0; got {value} at {at} in {name!r}"
                )
    each = ((name, tuple(sorted(points.items()))) for name, points in series.items())
    return Lines(tuple(each), title, x, y)


def _number(value: float) -> str:
    whole = abs(value) >= 100 or value == int(value)
    return f"{value:,.0f}" if whole else f"{value:.3g}"


def _bundle(chart: Bars | Lines) -> dict[str, str]:
    bundle = {"text/plain": str(chart)}
    try:
        bundle["text/html"] = image(chart.svg(), chart.alternative())
    except Unavailable as missing:
        bundle["text/plain"] += f"\n({missing})"
    return bundle


def _drawn(size: tuple[float, float], title: str, draw: Callable[[Any], None]) -> str:
    """Return the picture of what draw puts into its axes; size is in inches."""
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError as error:
        raise Unavailable(
            "expected matplotlib, to draw with; it is not installed: pip install matplotlib"
        ) from error
    with matplotlib.rc_context(_STYLE), warnings.catch_warnings():
        # measured with our font, drawn with the reader's
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        figure = Figure(figsize=size, facecolor=_COLOURS["card"], layout="constrained")
        axes = figure.add_subplot()
        draw(axes)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_facecolor(_COLOURS["card"])
        axes.set_title(_plain(elide(clean(title), 60)), loc="left", color=_COLOURS["ink"])
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()


def _plain(text: str) -> str:
    """Keep matplotlib from reading dollars as mathematics."""
    return text.replace("$", r"\$")
