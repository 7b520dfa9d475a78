"""A learner's cells as text: which line is meant, in which function, who defines what.

Nothing here parses Python: the text is the learner's, and this runs where grades are made.
"""

import re
from collections.abc import Iterable

from autograder.guest.loading import LoadCell
from autograder.text.observed import Place

__all__ = ["Source"]

# Possessive, so that no line can make the search slower than its length.
_FUNCTION = re.compile(r"[ \t]*+(?:async[ \t]++)?def[ \t]++(\w++)")
_DEFINED = re.compile(r"^(?:(?:async[ \t]++)?def|class)[ \t]++(\w++)", re.MULTILINE)
_SHOWN = 60  # characters of a line
_MOST = 200_000  # characters that are looked at


class Source:
    """The text of some cells."""

    def __init__(self, cells: Iterable[LoadCell] = ()) -> None:
        self._cells = tuple(cells)

    def quote(self, place: Place) -> str:
        """Return the source line there."""
        lines, number = self._lines(place)
        return lines[number].strip()[:_SHOWN] if number < len(lines) else "?"

    def function(self, place: Place) -> str:
        """Return the name of the function around a line, "" if there is none."""
        lines, number = self._lines(place)
        inner = _indent(lines[number]) if number < len(lines) else 0
        for line in reversed(lines[:number]):
            ends_a_signature = line.lstrip().startswith(")")
            if line.strip() and _indent(line) < inner and not ends_a_signature:
                inner = _indent(line)
                if found := _FUNCTION.match(line):
                    return found[1]
        return ""

    def loop(self, place: Place) -> Place:
        """Return the line with which the loop around a line begins; itself, if there is none."""
        lines, number = self._lines(place)
        inner = _indent(lines[number]) + 1 if number < len(lines) else 0
        for before in range(min(number, len(lines) - 1), -1, -1):
            line = lines[before]
            if line.strip() and _indent(line) < inner:
                inner = _indent(line)
                if line.lstrip().startswith(("while ", "for ")):
                    return place[0], before + 1
        return place

    def defined(self) -> tuple[str, ...]:
        """Return the names of the functions and classes that cells define, in order."""
        found = (name for cell in self._cells for name in _DEFINED.findall(cell.source[:_MOST]))
        return tuple(dict.fromkeys(found))

    def labels(self, pattern: str) -> tuple[str, ...]:
        """Return the labels of the cells in which a line begins with a pattern ("^…")."""
        search = re.compile(pattern, re.MULTILINE).search
        return tuple(cell.label for cell in self._cells if search(cell.source[:_MOST]))

    def of(self, names: Iterable[str]) -> str:
        """Return the text of the cells that define one of these functions or classes."""
        wanted = set(names)
        own = (each for each in self._cells if wanted & set(_DEFINED.findall(each.source[:_MOST])))
        return "\n".join(cell.source[:_MOST] for cell in own)

    def _lines(self, place: Place) -> tuple[list[str], int]:
        label, line = place
        cell = next((each for each in self._cells if each.label == label), None)
        lines = [] if cell is None else cell.source.splitlines()
        return lines, line - 1 if 0 < line <= len(lines) else len(lines)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
