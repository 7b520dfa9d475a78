"""Text measured in the columns of a terminal, where a Chinese character takes two.

Widths are those of Unicode Standard Annex 11; what it calls ambiguous (… and ◀ among
them) counts as one column.
"""

import unicodedata

__all__ = ["clean", "clip", "elide", "pad", "width"]


def clean(text: str) -> str:
    """Return text on one line, every unprintable character written as Python escapes it."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def width(text: str) -> int:
    """Return how many columns text takes."""
    if text.isascii():
        return len(text)
    return sum(_width(char) for char in text)


def pad(text: str, columns: int) -> str:
    """Return text with blanks after it, so that it takes at least that many columns."""
    return text + " " * (columns - width(text))


def elide(text: str, limit: int) -> str:
    """Return text in at most limit columns: what is too much is taken from its middle."""
    if width(text) <= limit:
        return text
    if limit < 1:
        return ""
    before = limit // 2
    return _head(text, before) + "…" + _head(text[::-1], limit - 1 - before)[::-1]


def clip(text: str, limit: int) -> str:
    """Return text in at most limit columns: what is too much is taken from its end."""
    return text if width(text) <= limit else _head(text, limit - 1) + "…"


def _head(text: str, limit: int) -> str:
    taken = 0
    for index, char in enumerate(text):
        taken += _width(char)
        if taken > limit:
            return text[:index]
    return text


def _width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
