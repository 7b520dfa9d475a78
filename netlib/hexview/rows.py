"""One row of a hex dump: its offset (decimal, as field tables count), sixteen bytes, their text.

Which rows there are and what is marked in them is not said here.
"""

import html
from collections.abc import Sequence

__all__ = ["ROW", "TEXT", "column", "line", "more", "page", "row_span", "table"]

ROW = 16  # bytes
_TINTS = ("#cfe3ff", "#ffe3b3", "#cdeccd", "#f3d1ee", "#d9d6f7", "#ffd3cc")
_INK = "#1f2328"  # contrast with every tint: 11 or more, whatever page is around it
_CELL = "text-align:left;padding:1px 14px 1px 0"


def column(index: int) -> int:
    """Return the column where the byte with this index in its row begins."""
    return 8 + 3 * index + (index >= ROW // 2)


TEXT = column(ROW) + 1  # the column where the text of a row begins


def line(data: bytes, row: int) -> str:
    """Return the row of data that begins at byte row."""
    here = data[row : row + ROW]
    half = ROW // 2
    dump = f"{here[:half].hex(' '):<{3 * half}} {here[half:].hex(' ')}"
    text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in here)
    return f"{row:>6}  {dump:<{TEXT - column(0)}}{text}"


def more(rows: int, language: str) -> str:
    """Return the line that stands for rows that are left out."""
    if language == "zh":
        return f"        … 还有 {rows:,} 行（每行 {ROW} 个字节）"
    return f"        … {rows:,} more row{'s' * (rows != 1)} of {ROW} bytes"


def row_span(text: str, tint: int | None, padding: str = "") -> str:
    """Return text as HTML, on one of the colours if tint is a number."""
    if tint is None or not text:
        return html.escape(text)
    style = f"color:{_INK};background-color:{_TINTS[tint % len(_TINTS)]}{padding}"
    return f'<span style="{style}">{html.escape(text)}</span>'


def page(lines: Sequence[str]) -> str:
    """Return lines, which are HTML already, as one <pre>."""
    style = "line-height:1.35;margin:0;overflow-x:auto;white-space:pre"
    return f'<pre style="{style}">' + "\n".join(lines) + "</pre>"


def table(heads: Sequence[str], entries: Sequence[Sequence[str]]) -> str:
    """Return entries as an HTML table; the first cell of each is on its colour."""
    style = f' style="{_CELL}"'
    top = "".join(f"<th{style}>{html.escape(head)}</th>" for head in heads)
    rows = []
    for tint, (letter, *rest) in enumerate(entries):
        key = row_span(letter, None if letter == "…" else tint, ";padding:0 5px")
        cells = "".join(f"<td{style}>{html.escape(cell)}</td>" for cell in rest)
        rows.append(f"<tr><td{style}>{key}</td>{cells}</tr>")
    body = "".join(rows)
    return (
        '<table style="margin:8px 0 0 0;border-collapse:collapse">'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    )
