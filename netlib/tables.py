"""Rows of cells as a table, in text and in HTML; the first row is its head."""

import html
from collections.abc import Sequence

from netlib.columns import pad, width

__all__ = ["as_html", "as_text"]

Rows = Sequence[Sequence[str]]


def as_text(rows: Rows, gap: str = "  ") -> str:
    """Return a line for each row, with its cells below those of the row before.

    Raises:
        ValueError: not all rows have as many cells.
    """
    wide = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return "\n".join(gap.join(map(pad, row, wide)).rstrip() for row in rows)


def as_html(rows: Rows) -> str:
    """Return the table as HTML; what stands in the cells is text."""
    shown = (_row(row, "td" if at else "th") for at, row in enumerate(rows))
    return f"<table>{''.join(shown)}</table>"


def _row(row: Sequence[str], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in row)}</tr>"
