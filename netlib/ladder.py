"""A trace as a sequence diagram in text: one row an event, one column an endpoint.

A pure function of values: the same events always give the same lines. It draws no pictures
and knows no protocol: what stands on an arrow is the message's label.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from netlib.columns import clean
from netlib.rails import WIDTH, Layout, Row, Words
from netlib.trace import Event, Message, Note

__all__ = ["CHINESE", "ENGLISH", "WIDTH", "Ladder", "Words", "text"]

_MOST_ENDPOINTS = 6
ENGLISH = Words(
    more="… {count} more",
    to_itself="to itself",
    colon=": ",
    fates=MappingProxyType(
        {
            "lost": "(lost)",
            "duplicate": "(duplicate)",
            "late": "(late)",
            "truncated": "(truncated)",
            "corrupted": "(corrupted)",
            "forged": "(forged)",
        }
    ),
)
CHINESE = Words(
    more="… 还有 {count} 行",
    to_itself="发给自己",
    colon="：",
    fates=MappingProxyType(
        {
            "lost": "（丢失）",
            "duplicate": "（重复）",
            "late": "（迟到）",
            "truncated": "（截断）",
            "corrupted": "（损坏）",
            "forged": "（伪造）",
        }
    ),
)


def text(
    events: Sequence[Event],
    endpoints: Sequence[str],
    *,
    mark: int | None = None,
    here: str = "here",
    first: int = 1,
    rows: int | None = 24,
    words: Words = ENGLISH,
) -> list[str]:
    """Return the lines of the diagram, the names of the endpoints first; none is over WIDTH.

    Args:
        endpoints: 2 to 6 names, from left to right.
        mark: index in events of the guilty one; its row ends in ◀ and here.
        first: number of the first row.
        rows: at most so many rows (3 or more): the dull ones are folded; None shows all.

    Raises:
        ValueError: an event names an endpoint that has no column, or mark no event.
    """
    _check(events, endpoints, mark, rows)
    every = _rows(events, words)
    marked = next((i for i, row in enumerate(every) if mark in row.indices), None)
    kept = range(len(every)) if rows is None else _kept(every, marked, rows)
    flag = f"◀ {clean(here)}"
    layout = Layout(tuple(clean(name) for name in endpoints), words).fitted(
        [(every[i], flag if i == marked else "") for i in kept]
    )
    lines = [layout.header()]
    upcoming = 0
    for i in kept:
        if i > upcoming:
            lines.append(layout.fold(i - upcoming))
        lines.append(layout.line(every[i], str(first + i), flag if i == marked else ""))
        upcoming = i + 1
    if upcoming < len(every):
        lines.append(layout.fold(len(every) - upcoming))
    return lines


@dataclass(frozen=True, slots=True, repr=False)
class Ladder:
    """A sequence diagram to look at in a notebook; its attributes are those of text()."""

    events: Sequence[Event]
    endpoints: Sequence[str]
    mark: int | None = None
    here: str = "here"
    first: int = 1
    rows: int | None = 24
    words: Words = ENGLISH

    def __str__(self) -> str:
        lines = text(
            self.events,
            self.endpoints,
            mark=self.mark,
            here=self.here,
            first=self.first,
            rows=self.rows,
            words=self.words,
        )
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Ladder of {len(self.events)} events between {', '.join(self.endpoints)}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": str(self)}


def _check(
    events: Sequence[Event], endpoints: Sequence[str], mark: int | None, rows: int | None
) -> None:
    if not 2 <= len(endpoints) <= _MOST_ENDPOINTS or len(set(endpoints)) < len(endpoints):
        raise ValueError(
            f"expected 2 to {_MOST_ENDPOINTS} different endpoints; got {', '.join(endpoints)}"
        )
    if mark is not None and not 0 <= mark < len(events):
        raise ValueError(
            f"expected mark to be the index of one of {len(events)} events; got {mark}"
        )
    if rows is not None and rows < 3:
        raise ValueError(f"expected rows to be 3 or more (or None for all of them); got {rows}")
    for event in events:
        for name in (event.at,) if isinstance(event, Note) else (event.sender, event.receiver):
            if name not in endpoints:
                raise ValueError(
                    f"expected every event to name one of {', '.join(endpoints)}; got {name!r}"
                )


def _rows(events: Sequence[Event], words: Words) -> list[Row]:
    rows: list[Row] = []
    for index, event in enumerate(events):
        event = _cleaned(event, words)
        if isinstance(event, Message):
            rows.append(Row(event, (), (index,)))
        elif event.joined and rows:
            last = rows[-1]
            rows[-1] = Row(last.message, (*last.notes, event), (*last.indices, index))
        else:
            rows.append(Row(None, (event,), (index,)))
    return rows


def _cleaned(event: Event, words: Words) -> Event:
    if isinstance(event, Note):
        return replace(event, at=clean(event.at), text=clean(event.text))
    if event.sender == event.receiver:
        parts = (
            f"{words.to_itself}{words.colon}{clean(event.label)}",
            words.fates.get(event.fate, ""),
        )
        return Note(clean(event.sender), " ".join(filter(None, parts)))
    return replace(
        event,
        sender=clean(event.sender),
        receiver=clean(event.receiver),
        label=clean(event.label),
    )


def _kept(rows: Sequence[Row], marked: int | None, limit: int) -> Sequence[int]:
    """Choose the rows to show: the marked one, both ends, what is not dull, what is near."""
    last = len(rows) - 1
    if last < limit:
        return range(last + 1)

    def rank(i: int) -> tuple[int, int, int]:
        to_mark = abs(i - marked) if marked is not None else len(rows)
        near = min(i, last - i, to_mark)
        if near == 0:
            return 0 if i == marked else 1, 0, i
        return (2 if to_mark <= 2 else 4 if rows[i].dull else 3), near, i

    best = sorted(range(last + 1), key=rank)
    size = limit - 1
    while _height(kept := _closed(sorted(best[:size]), last), last) > limit:
        size -= 1  # one row and a fold on each side are 3, so this ends
    return kept


def _closed(kept: list[int], last: int) -> list[int]:
    """Show a single row instead of folding it: the fold would be no shorter."""
    edges = [-1, *kept, last + 1]
    between = [a + 1 for a, b in itertools.pairwise(edges) if b - a == 2]
    return sorted(kept + between)


def _height(kept: list[int], last: int) -> int:
    edges = [-1, *kept, last + 1]
    return len(kept) + sum(b - a > 1 for a, b in itertools.pairwise(edges))
