"""Measurements as pictures: bars whose numbers can also be read, heard and copied.

A picture is an SVG on a white card, readable on a light page and on a dark one, with the
numbers in its text alternative; in a terminal it is bars of # signs. matplotlib is
imported when the picture is asked for, and needed for nothing else.
"""

import io
import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from netlib.columns import clean, elide, pad, width
from netlib.errors import Unavailable
from netlib.images import image

__all__ = ["Bars", "bars"]

_WIDTH = 78  # columns of the text form
_FEWEST = 10  # columns for the bars in it
_COLOURS = {"bar": "#1f5fa8", "ink": "#1a1a1a", "card": "#ffffff"}
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
            figure = Figure(
                figsize=(6.4, 0.9 + 0.45 * len(self.values)),
                facecolor=_COLOURS["card"],
                layout="constrained",
            )
            axes = figure.add_subplot()
            names = [elide(clean(name), 36) for name, _ in self.values]
            places = range(len(names))
            drawn = axes.barh(places, [value for _, value in self.values], color=_COLOURS["bar"])
            said = [_plain(self._said(value)) for _, value in self.values]
            axes.bar_label(drawn, said, padding=4, color=_COLOURS["ink"])
            axes.set_yticks(places, [_plain(name) for name in names])
            axes.invert_yaxis()
            axes.set_xticks([])
            axes.margins(x=0.3)  # room for the numbers to the right of the bars
            axes.spines[["top", "right", "bottom"]].set_visible(False)
            axes.set_facecolor(_COLOURS["card"])
            axes.set_title(_plain(elide(clean(self.title), 60)), loc="left", color=_COLOURS["ink"])
            file = io.StringIO()
            figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
        return file.getvalue()

    def _said(self, value: float) -> str:
        number = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
        return f"{number} {clean(self.unit)}".rstrip()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        bundle = {"text/plain": str(self)}
        try:
            bundle["text/html"] = image(self.svg(), self.alternative())
        except Unavailable as missing:
            bundle["text/plain"] += f"\n({missing})"
        return bundle


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


def _plain(text: str) -> str:
    """Keep matplotlib from reading dollars as mathematics."""
    return text.replace("$", r"\$")
