"""The widgets of a dashboard: a table whose last column is a small picture of each history."""

import html
from collections.abc import Sequence
from typing import Protocol

from netlib.columns import elide
from netlib.images import image
from netlib.panels.panel import close_button
from netlib.panels.series import HISTORY, Series
from netlib.panels.words import Words

__all__ = ["DashboardView"]

_WIDE, _HIGH = 160, 20  # pixels of a history
_NAME_COLUMNS = 40
_INK = "#3d85c6"  # to be seen on a light page and on a dark one
_TABLE = '<table style="line-height:1.6;border-collapse:collapse">{}</table>'
_HEAD = '<th scope="col" style="text-align:{};padding-left:{}px">{}</th>'
_NAME = '<th scope="row" style="text-align:left;font-weight:normal"><bdi>{}</bdi></th>'
_NUMBER = '<td style="text-align:right;padding-left:24px;font-variant-numeric:tabular-nums">{}</td>'
_HISTORY = '<td style="padding-left:24px;vertical-align:middle;line-height:0">{}</td>'


class Numbers(Protocol):
    """A dashboard, as far as its view knows it."""

    more: int
    title: str

    def rows(self) -> Sequence[Series]: ...
    def news(self) -> list[str]: ...
    def close(self) -> None: ...


class DashboardView:
    """See netlib.panels.panel.View. Names are escaped, and isolated by <bdi>."""

    def __init__(self, panel: Numbers, words: Words) -> None:
        import ipywidgets  # type: ignore[import-untyped]  # it says no types

        self._panel, self._words = panel, words
        self._table = ipywidgets.HTML()
        self._news = ipywidgets.HTML(layout={"flex": "1 1 auto"})
        close = close_button(panel, words.close)
        self.box = ipywidgets.VBox(
            [
                ipywidgets.HTML(f"<b>{html.escape(panel.title)}</b>"),
                self._table,
                ipywidgets.HBox([self._news, close], layout={"align_items": "center"}),
            ],
            layout={"max_width": "640px"},
        )

    def paint(self) -> float | None:
        rows = [self._row(series) for series in self._panel.rows()]
        if rows:
            name, *numbers, history = self._words.columns
            heads = [_HEAD.format("left", 0, name)]
            heads += [_HEAD.format("right", 24, each) for each in numbers]
            heads.append(_HEAD.format("left", 24, history))
            rows.insert(0, f"<tr>{''.join(heads)}</tr>")
        if self._panel.more:
            rows.append(f"<tr>{_NAME.format(self._words.more.format(count=self._panel.more))}</tr>")
        self._table.value = _TABLE.format("".join(rows)) if rows else ""
        self._news.value = "<br>".join(map(html.escape, self._panel.news()))
        return None

    def _row(self, series: Series) -> str:
        numbers = "".join(_NUMBER.format(cell) for cell in series.cells())
        history = _HISTORY.format(image(_drawn(series), series.said()))
        name = _NAME.format(html.escape(elide(series.name, _NAME_COLUMNS)))
        return f"<tr>{name}{numbers}{history}</tr>"


def _drawn(series: Series) -> str:
    """Return the history as a line that ends at the right in a dot: now."""
    levels = series.levels()
    step = (_WIDE - 8) / (HISTORY - 1)
    points = [
        (_WIDE - 4 - step * (len(levels) - 1 - i), 3 + (_HIGH - 6) * (1 - level))
        for i, level in enumerate(levels)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDE}" height="{_HIGH}">'
        f'<polyline points="{line}" fill="none" stroke="{_INK}" stroke-width="1.5"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{_INK}"/></svg>'
    )
