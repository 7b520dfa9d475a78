"""A trace as a sequence diagram: one row an event, one column an endpoint.

Pure functions of values: the same events always give the same lines, the same picture and the
same words. They know no protocol: what stands on an arrow is the message's label.
"""

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, field

from netlib.columns import clean, elide
from netlib.images import image
from netlib.ladder.picture import Drawing, Line, beside
from netlib.ladder.rails import WIDTH, Layout
from netlib.ladder.rows import Row, kept, rows_of
from netlib.ladder.words import CHINESE, ENGLISH, Words, spoken
from netlib.trace import Event, endpoints_of

__all__ = [
    "CHINESE",
    "ENGLISH",
    "MOST_ENDPOINTS",
    "WIDTH",
    "Ladder",
    "Words",
    "endpoints_of",
    "steps",
    "svg",
    "text",
]

MOST_ENDPOINTS = 6
_STEP_COLUMNS = 300  # of one step in words: a label has no end of its own


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
    flag = f"◀ {clean(here)}"
    shown = list(_shown(events, mark, first, rows, words))
    layout = Layout(tuple(clean(name) for name in endpoints), words).fitted(
        [(row, flag if guilty else "") for _, row, guilty in shown if isinstance(row, Row)]
    )
    lines = [layout.header()]
    for i, row, guilty in shown:
        if isinstance(row, Row):
            lines.append(layout.line(row, str(first + i), flag if guilty else ""))
        else:
            lines.append(layout.fold(row))
    return lines


def svg(
    events: Sequence[Event],
    endpoints: Sequence[str],
    *,
    mark: int | None = None,
    here: str = "here",
    first: int = 1,
    rows: int | None = 24,
    title: str = "",
    words: Words = ENGLISH,
) -> str:
    """Return the diagram as a picture. Arguments and errors are those of text().

    A lost message ends in a cross; a copy is dashed and sets out where its original did; what
    was sent before an earlier row sets out above it, so lines cross where messages did.
    """
    _check(events, endpoints, mark, rows)
    names = tuple(clean(name) for name in endpoints)
    lines = []
    for i, row, guilty in _shown(events, mark, first, rows, words):
        if isinstance(row, Row):
            flag = f"◀ {elide(clean(here), 40)}" if guilty else ""
            lines.append(Line(i, str(first + i), row, beside(row, names, words.colon), flag))
        else:
            lines.append(Line(i, fold=words.more.format(count=row)))
    return Drawing(names, lines, clean(title)).svg()


def steps(
    events: Sequence[Event],
    *,
    mark: int | None = None,
    here: str = "here",
    first: int = 1,
    rows: int | None = 24,
    words: Words = ENGLISH,
) -> list[str]:
    """Return the diagram in words, a step a row, for who cannot see it.

    Arguments and errors are those of text(); any number of endpoints may take part.
    """
    _check(events, None, mark, rows)
    said = []
    for i, row, guilty in _shown(events, mark, first, rows, words):
        if not isinstance(row, Row):
            said.append(words.more.format(count=row))
            continue
        parts = []
        if row.message is not None:
            ends = words.to.format(sender=row.message.sender, receiver=row.message.receiver)
            parts.append(f"{ends}{words.colon}{row.message.label} {row.said}".rstrip())
        parts += [f"{note.at}{words.colon}{note.text}" for note in row.notes]
        parts += [f"◀ {clean(here)}"] if guilty else []
        said.append(f"{first + i}. {elide(', '.join(parts), _STEP_COLUMNS)}")
    return said


@dataclass(frozen=True, slots=True, repr=False)
class Ladder:
    """A sequence diagram to look at in a notebook; its attributes are those of text().

    Without endpoints, they stand in the order in which they appear. str() of it is its text
    form; svg() is the picture, which notebooks show.
    """

    events: Sequence[Event]
    endpoints: Sequence[str] | None = None
    _: KW_ONLY
    mark: int | None = None
    here: str = ""
    first: int = 1
    rows: int | None = 24
    title: str = ""
    words: Words = field(default_factory=spoken)

    def __str__(self) -> str:
        lines = text(
            self._events(),
            self._names(),
            mark=self.mark,
            here=self.here or self.words.here,
            first=self.first,
            rows=self.rows,
            words=self.words,
        )
        return "\n".join([elide(clean(self.title), WIDTH), *lines] if self.title else lines)

    def __repr__(self) -> str:
        return f"<Ladder of {len(self.events)} events between {', '.join(self._names())}>"

    def svg(self) -> str:
        """Return the picture; the same trace gives the same text."""
        return svg(
            self._events(),
            self._names(),
            mark=self.mark,
            here=self.here or self.words.here,
            first=self.first,
            rows=self.rows,
            title=self.title,
            words=self.words,
        )

    def alternative(self) -> str:
        """The whole picture in words, for who cannot see it."""
        said = steps(
            self._events(),
            mark=self.mark,
            here=self.here or self.words.here,
            first=self.first,
            rows=self.rows,
            words=self.words,
        )
        title = f"{clean(self.title)}{self.words.colon}" if self.title else ""
        return title + self.words.between.join(said)

    def _events(self) -> Sequence[Event]:
        return [self.words.event(event) for event in self.events]

    def _names(self) -> Sequence[str]:
        names = endpoints_of(self.events) if self.endpoints is None else self.endpoints
        return [self.words.name(name) for name in names]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": image(self.svg(), self.alternative())}


def _shown(
    events: Sequence[Event], mark: int | None, first: int, limit: int | None, words: Words
) -> Iterator[tuple[int, Row | int, bool]]:
    """Yield (index, row, whether it is the guilty one); for folded rows, how many there are."""
    every = rows_of(events, words, first)
    marked = next((i for i, row in enumerate(every) if mark in row.indices), None)
    upcoming = 0
    for i in [*kept(every, marked, limit), len(every)]:
        if i > upcoming:
            yield upcoming, i - upcoming, False
        if i < len(every):
            yield i, every[i], i == marked
        upcoming = i + 1


def _check(
    events: Sequence[Event],
    endpoints: Sequence[str] | None,
    mark: int | None,
    rows: int | None,
) -> None:
    if endpoints is not None and (
        not 2 <= len(endpoints) <= MOST_ENDPOINTS or len(set(endpoints)) < len(endpoints)
    ):
        got = ", ".join(endpoints) or "none"
        raise ValueError(f"expected 2 to {MOST_ENDPOINTS} different endpoints; got {got}")
    if mark is not None and not 0 <= mark < len(events):
        raise ValueError(
            f"expected mark to be the index of one of {len(events)} events; got {mark}"
        )
    if rows is not None and rows < 3:
        raise ValueError(f"expected rows to be 3 or more (or None for all of them); got {rows}")
    for name in endpoints_of(events) if endpoints is not None else ():
        if name not in (endpoints or ()):
            raise ValueError(
                f"expected every event to name one of {', '.join(endpoints or ())}; got {name!r}"
            )
