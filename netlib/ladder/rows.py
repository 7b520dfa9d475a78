"""A trace as the rows of a ladder: what shares a row, what set out earlier, what is folded.

Only values; rails.py draws the rows as text and picture.py as a picture.
"""

import bisect
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from netlib.columns import clean
from netlib.ladder.words import Words
from netlib.trace import Event, Message, Note

__all__ = ["Row", "kept", "rows_of"]

_DELAY = re.compile(r"delay [^;]*")  # in the words of a schedule
_TOOK_S = 0.005  # from here on, the time that a message took is worth saying


@dataclass(frozen=True, slots=True)
class Row:
    """A message or none, and what is noted on the same row; indices of these events.

    Attributes:
        said: what the network did to the message, in words.
        left: when the message set out, if that is known: just before the arrival of the row
            with this index, in the order of the second number among others that did.
        twin: index of the row of the message that this one is a copy of, if it is one.
    """

    message: Message | None
    notes: tuple[Note, ...]
    indices: tuple[int, ...]
    said: str = ""
    left: tuple[int, float] | None = None
    twin: int | None = None

    @property
    def dull(self) -> bool:
        """True of a plain message that arrived: what a fold may swallow first."""
        plain = self.message is not None and self.message.fate == "delivered"
        return plain and not self.notes and not self.said

    def noted(self, name: str) -> str:
        """Return what is noted at one endpoint; "" if nothing is."""
        return "; ".join(note.text for note in self.notes if note.at == name)


def rows_of(events: Sequence[Event], words: Words, first: int) -> list[Row]:
    """Return a row for every event, but one that is joined to the event before.

    A message that is late without telling when it was sent is taken to have left just before
    the one that overtook it. first is the number of the first row.
    """
    found: list[Row] = []
    passed: list[float] = []  # the time of every row, never falling: clocks may be wrong
    newest: dict[tuple[str, str], int] = {}  # row of the last message that arrived
    originals: dict[tuple[str, str, str, bytes], int] = {}
    for index, event in enumerate(events):
        event = _cleaned(event, words)
        here, now = len(found), passed[-1] if passed else float("-inf")
        if isinstance(event, Note):
            if event.joined and found:
                last = found[-1]
                indices = (*last.indices, index)
                found[-1] = replace(last, notes=(*last.notes, event), indices=indices)
                continue
            found.append(Row(None, (event,), (index,)))
        else:
            lane = (event.sender, event.receiver)
            left = twin = None
            if event.sent is not None:
                left = bisect.bisect_right(passed, event.sent), event.sent
            elif event.fate == "late" and lane in newest:
                left = newest[lane], 0.0
            if event.fate == "duplicate":
                twin = originals.get((*lane, event.label, event.data))
            said = " ".join(
                filter(None, (words.fate(event.fate), _delay(event, left, here, words, first)))
            )
            found.append(Row(event, (), (index,), said, left, twin))
            originals[(*lane, event.label, event.data)] = here
            if event.fate != "lost":
                newest[lane] = here
            now = max(now, event.time)
        passed.append(now)
    return found


def _delay(
    message: Message, left: tuple[int, float] | None, here: int, words: Words, first: int
) -> str:
    """Say how late a message is: if possible by what does not change from run to run.

    Of a stream, say what the schedule did to it: it has no other fate there.
    """
    if message.step != "datagram":
        return f"({message.faults})" if message.faults else ""
    if message.sent is None or message.fate == "lost":
        return ""
    if message.fate == "late" and left is not None and left[0] < here:
        return words.sent_before.format(row=first + left[0])
    if asked := _DELAY.search(message.faults):
        return f"({asked[0].strip()})"
    if message.time - message.sent >= _TOOK_S:
        return words.took.format(ms=f"{(message.time - message.sent) * 1000:,.0f}")
    return ""


def _cleaned(event: Event, words: Words) -> Event:
    if isinstance(event, Note):
        return replace(event, at=clean(event.at), text=clean(event.text))
    if event.sender == event.receiver:
        parts = (
            f"{words.to_itself}{words.colon}{clean(event.label)}",
            words.fate(event.fate),
        )
        return Note(clean(event.sender), " ".join(filter(None, parts)))
    return replace(
        event,
        sender=clean(event.sender),
        receiver=clean(event.receiver),
        label=clean(event.label),
    )


def kept(rows: Sequence[Row], marked: int | None, limit: int | None) -> Sequence[int]:
    """Choose the rows to show: the marked one, both ends, what is not dull, what is near."""
    last = len(rows) - 1
    if limit is None or last < limit:
        return range(last + 1)

    def rank(i: int) -> tuple[int, int, int]:
        to_mark = abs(i - marked) if marked is not None else len(rows)
        near = min(i, last - i, to_mark)
        if near == 0:
            return 0 if i == marked else 1, 0, i
        return (2 if to_mark <= 2 else 4 if rows[i].dull else 3), near, i

    best = sorted(range(last + 1), key=rank)
    size = limit - 1
    while _height(chosen := _closed(sorted(best[:size]), last), last) > limit:
        size -= 1  # one row and a fold on each side are 3, so this ends
    return chosen


def _closed(chosen: list[int], last: int) -> list[int]:
    """Show a single row instead of folding it: the fold would be no shorter."""
    edges = [-1, *chosen, last + 1]
    between = [a + 1 for a, b in itertools.pairwise(edges) if b - a == 2]
    return sorted(chosen + between)


def _height(chosen: list[int], last: int) -> int:
    edges = [-1, *chosen, last + 1]
    return len(chosen) + sum(b - a > 1 for a, b in itertools.pairwise(edges))
