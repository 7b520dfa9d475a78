"""Bytes to look at: offset, hex and text, and every field named.

The text form is complete: fields have letters below their bytes, and a table says what the
letters mean. In a notebook the fields are coloured as well, readable on light pages and dark.
"""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from netlib.columns import clean, elide, pad, width
from netlib.fields import Field
from netlib.hexview.difference import Comparison, compare
from netlib.hexview.rows import ROW, TEXT, column, line, more, page, row_span, table
from netlib.language import chosen

__all__ = ["Comparison", "HexView", "compare"]

_ROWS = 16  # of a long view that are shown
_FIELDS = 40  # in its table
_HEADS = {"en": ("", "bytes", "field", "value"), "zh": ("", "字节", "字段", "值")}


@dataclass(frozen=True, slots=True, repr=False)
class HexView:
    """Some bytes and the fields in them, to look at.

    Fields may overlap (bits that share a byte do) and leave bytes out; what lies beyond the
    data is cut. Of long data the ends and the rows in which a field begins come first; what is
    left out is counted. language: "en" or "zh"; the reader's own, if none is given.
    """

    data: bytes
    fields: Sequence[Field] = ()
    title: str = ""
    language: str = field(default_factory=chosen)

    def __repr__(self) -> str:
        return f"<HexView of {len(self.data)} bytes, {len(self.fields)} fields>"

    def __str__(self) -> str:
        lines = [clean(self.title)] if self.title else []
        for row in self._rows():
            lines += [row] if isinstance(row, str) else [line(self.data, row), *self._letters(row)]
        if self.fields:
            entries = [_HEADS[self.language], *self._legend()]
            places, names = (max(width(entry[i]) for entry in entries) for i in (1, 2))
            lines.append("")
            for letter, place, name, value in entries:
                place, name = pad(place, places), pad(name, names)
                lines.append(f"{letter:<2}  {place}  {name}  {value}".rstrip())
        return "\n".join(lines)

    def _rows(self) -> Iterator[int | str]:
        """Yield the offset of every row that is shown, and words for those that are not."""
        count = max(1, -(-len(self.data) // ROW))
        begins = {field.start // ROW for field in self.fields}

        def rank(row: int) -> tuple[int, int]:
            return (0 if row in (0, count - 1) else 1 if row in begins else 2), row

        shown: Sequence[int] = range(count)
        if count > _ROWS:
            shown = sorted(sorted(range(count), key=rank)[:_ROWS])
        upcoming = 0
        for row in shown:
            if row > upcoming:
                yield more(row - upcoming, self.language)
            yield row * ROW
            upcoming = row + 1

    def _letters(self, row: int) -> list[str]:
        """Return lines with the letters of the fields, as many as overlap in this row."""
        lines: list[list[str]] = []
        for index, one in enumerate(self.fields[:_FIELDS]):
            start, stop = max(one.start, row), min(one.stop, row + ROW, len(self.data))
            if start >= stop:
                continue
            begin, end = column(start - row), column(stop - 1 - row) + 2
            free = (each for each in lines if not "".join(each[begin:end]).strip())
            marks = next(free, None)
            if marks is None:
                lines.append(marks := [" "] * TEXT)
            marks[begin:end] = f"{_letter(index):-<{end - begin}}"
        return ["".join(marks).rstrip() for marks in lines]

    def _legend(self) -> list[tuple[str, str, str, str]]:
        entries = []
        for index, one in enumerate(self.fields[:_FIELDS]):
            size = one.stop - one.start
            place = f"{one.start}–{one.stop - 1}" if size > 1 else str(one.start) * (size == 1)
            value = one.text or str(one.value)[:1000]
            name, value = elide(clean(one.name), 24), elide(clean(value), 36)
            entries.append((_letter(index), place or "–", name, value))
        if (left := len(self.fields) - _FIELDS) > 0:
            said = f"{left} more fields" if self.language == "en" else f"还有 {left} 个字段"
            entries.append(("…", "", said, ""))
        return entries

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        lines = [html.escape(clean(self.title))] if self.title else []
        for row in self._rows():
            lines += [row] if isinstance(row, str) else [self._tinted(row), *self._letters(row)]
        legend = table(_HEADS[self.language], self._legend()) if self.fields else ""
        return {"text/plain": str(self), "text/html": page(lines) + legend}

    def _tinted(self, row: int) -> str:
        """Return a row as HTML, every byte on the colour of its first field."""
        dump = line(self.data, row)
        owners = [self._owner(at) for at in range(row, min(row + ROW, len(self.data)))]
        parts, done = [], 0
        for index, owner in enumerate(owners):
            begin, end = column(index), column(index) + 2
            if owner is not None and [owner] == owners[index + 1 : index + 2]:
                end = column(index + 1)  # the gap between two bytes of a field is coloured too
            parts += [dump[done:begin], row_span(dump[begin:end], owner)]
            done = end
        parts.append(dump[done:TEXT])
        parts += [row_span(char, owner) for char, owner in zip(dump[TEXT:], owners, strict=True)]
        return "".join(parts)

    def _owner(self, at: int) -> int | None:
        fields = enumerate(self.fields[:_FIELDS])
        return next((index for index, one in fields if one.start <= at < one.stop), None)


def _letter(index: int) -> str:
    """Return a, b, … z, aa, ab, …: two columns at most, as wide as a byte."""
    before = index // 26
    return (chr(96 + before) if before else "") + chr(97 + index % 26)
