"""Two runs of bytes side by side: what was expected, what came, and where they first differ."""

import html
import itertools
from dataclasses import dataclass

from netlib.columns import pad
from netlib.hexview.rows import ROW, TEXT, column, line, page
from netlib.language import chosen

__all__ = ["Comparison", "compare"]

_LABEL = 10  # columns in front of a row


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """Bytes that were expected and bytes that came, to look at. language: "en" or "zh"."""

    expected: bytes
    got: bytes
    language: str = "en"

    def __repr__(self) -> str:
        return f"<Comparison: {self.sentence()}>"

    def __str__(self) -> str:
        return "\n".join([self.sentence(), *self._lines(marked=False)])

    @property
    def first(self) -> int | None:
        """Index of the first byte that differs, or that only one of both has; None if equal."""
        if self.expected == self.got:
            return None
        low, high = 0, min(len(self.expected), len(self.got))
        while low < high:  # equal below low, different below high or nowhere before it
            middle = (low + high + 1) // 2
            if self.expected[low:middle] == self.got[low:middle]:
                low = middle
            else:
                high = middle - 1
        return low

    def sentence(self) -> str:
        """Say where the first difference is."""
        at, english = self.first, self.language == "en"
        if at is None:
            size = f"{len(self.got):,}"
            return f"the same {size} bytes" if english else f"{size} 个字节完全相同"
        end = "the end" if english else "结尾"
        want, got = (
            f"{data[at]:02x}" if at < len(data) else end for data in (self.expected, self.got)
        )
        if english:
            return f"first difference at byte {at:,} (from 0): expected {want}, got {got}"
        return f"从第 {at:,} 个字节（从 0 数起）开始不同：预期 {want}，实际 {got}"

    def _lines(self, *, marked: bool) -> list[str]:
        """Return the rows around the difference, a caret under its first byte."""
        at = self.first
        if at is None:
            return []
        english = self.language == "en"
        here = at - at % ROW
        rows = [("expected" if english else "预期", self.expected, here)]
        rows.append(("got" if english else "实际", self.got, here))
        if here:
            rows.insert(0, ("both" if english else "相同", self.got, here - ROW))
        sizes = len(self.expected), len(self.got)
        after = max(sizes) - here - ROW
        said = "… {:,} bytes before are the same", "… {:,} bytes after are not shown"
        if not english:
            said = "… 前面还有 {:,} 个相同的字节", "… 后面还有 {:,} 个字节未显示"
        indent = " " * _LABEL
        lines = [indent + said[0].format(here - ROW)] if here > ROW else []
        for name, data, row in rows:
            dump = line(data, row)[column(0) :]
            if marked:
                dump = _marked(dump, at - here) if row == here else html.escape(dump)
            lines.append(f"{pad(name, _LABEL)}{dump}".rstrip())
        byte = f"^^ byte {at:,}" if english else f"^^ 第 {at:,} 个字节"
        lines.append(indent + " " * (column(at - here) - column(0)) + byte)
        lines += [indent + said[1].format(after)] if after > 0 else []
        both = "{:,} bytes expected, {:,} came" if english else "预期 {:,} 个字节，实际 {:,} 个"
        return lines + ([both.format(*sizes)] if sizes[0] != sizes[1] else [])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        lines = [html.escape(self.sentence()), *self._lines(marked=True)]
        return {"text/plain": str(self), "text/html": page(lines)}


def compare(expected: bytes, got: bytes, *, language: str | None = None) -> Comparison:
    """Return where got first departs from expected, to look at."""
    return Comparison(bytes(expected), bytes(got), language or chosen())


def _marked(dump: str, index: int) -> str:
    """Return a row without offset as HTML; the byte with this index is bold, and its text."""
    byte, char = column(index) - column(0), TEXT - column(0) + index
    dump = dump.ljust(char + 1)
    ends = (0, byte, byte + 2, char, char + 1, len(dump))
    parts = [html.escape(dump[a:b]) for a, b in itertools.pairwise(ends)]
    return f"{parts[0]}<b>{parts[1]}</b>{parts[2]}<b>{parts[3]}</b>{parts[4]}"
