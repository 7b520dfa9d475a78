"""What crossed a network, as values: who sent what to whom, and what the network did to it.

Relays, serving and rules record these values, ladders draw them, Wireshark opens them when
they are saved. Nothing here touches a socket.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, BinaryIO, overload

from netlib.trace.events import Address, Event, Fate, Message, Note, Step

__all__ = [
    "Address",
    "Event",
    "Fate",
    "Message",
    "Note",
    "Step",
    "Trace",
    "endpoints_of",
    "summary",
]

_SHOWN = 12  # bytes that fit on one arrow of a ladder with two columns
_MOST = 10_000  # events in a trace,
_MOST_BYTES = 64 << 20  # and bytes in them


class Trace(Sequence[Event]):
    """What was recorded, in the order in which it crossed; read it like a list.

    It keeps the first events up to two caps. What came later is folded into one last Note
    that says how much it was; a program that talks for hours does not fill the memory.

    Args:
        events: what is in it from the start; rules hand theirs over here.
        most, most_bytes: the caps, in events and in bytes of their data.

    Attributes:
        unrecorded, unrecorded_bytes: events that there was no room for, and their bytes.
    """

    def __init__(
        self, events: Iterable[Event] = (), *, most: int = _MOST, most_bytes: int = _MOST_BYTES
    ) -> None:
        if most < 1 or most_bytes < 0:
            raise ValueError(f"expected room for 1 event and 0 bytes; got {most}, {most_bytes}")
        self.most, self.most_bytes = most, most_bytes
        self.unrecorded = self.unrecorded_bytes = 0
        self._events: list[Event] = []
        self._bytes = 0
        for event in events:
            self.record(event)

    def room(self, size: int) -> bool:
        """Tell whether an event with so many bytes still fits; after one that did not, none."""
        fits = len(self._events) < self.most and self._bytes + size <= self.most_bytes
        return fits and not self.unrecorded

    def record(self, event: Event) -> int | None:
        """Append event and return its index, or count it and return None if there is no room."""
        size = len(event.data) if isinstance(event, Message) else 0
        if not self.room(size):
            self.skip(size)
            return None
        self._events.append(event)
        self._bytes += size
        return len(self._events) - 1

    def skip(self, size: int) -> None:
        """Count an event with so many bytes that is not recorded."""
        self.unrecorded += 1
        self.unrecorded_bytes += size

    def amend(self, index: int, **changes: Any) -> None:
        """Change the attributes of an event that turned out otherwise."""
        self._events[index] = replace(self._events[index], **changes)

    @property
    def endpoints(self) -> tuple[str, ...]:
        """The names in it, in the order in which they appear."""
        return endpoints_of(self._events)

    def save(self, target: str | os.PathLike[str] | BinaryIO) -> None:
        """Write a pcapng file that Wireshark opens; times count from 1970-01-01 00:00.

        Addresses are those of the wire; endpoints without one get 192.0.2.1 and following.
        Headers, handshakes and acknowledgements are made up around the bytes, and a comment
        on a packet says what the network did to it. (See netlib.trace.packets.)
        """
        from netlib import pcapng  # only a trace that is saved needs these, and dissectors
        from netlib.trace.packets import packets

        pcapng.write(target, packets(self), pcapng.RAW)

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> list[Event]: ...
    def __getitem__(self, index: int | slice) -> Event | list[Event]:
        return self._all()[index]

    def __len__(self) -> int:
        return len(self._events) + bool(self.unrecorded)

    def __iter__(self) -> Iterator[Event]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Trace) and self._all() == other._all()

    __hash__ = None  # type: ignore[assignment]  # it grows

    def __repr__(self) -> str:
        more = f", {self.unrecorded} more not recorded" if self.unrecorded else ""
        return f"<Trace of {len(self._events)} events{more}>"

    def _all(self) -> list[Event]:
        if not self.unrecorded:
            return self._events
        last = self._events[-1] if self._events else Note("network", "")
        at = last.at if isinstance(last, Note) else last.receiver
        text = f"… {self.unrecorded:,} more, {self.unrecorded_bytes:,} B, not recorded"
        return [*self._events, Note(at, text)]


def endpoints_of(events: Iterable[Event]) -> tuple[str, ...]:
    """Return who takes part in events, in the order of their first appearance."""
    names: dict[str, None] = {}
    for event in events:
        ends = (event.at,) if isinstance(event, Note) else (event.sender, event.receiver)
        names.update(dict.fromkeys(ends))
    return tuple(names)


def summary(data: bytes) -> str:
    """Return a short label for data: its size, then its text if it is text, else its hex."""
    head = data[:_SHOWN]
    try:
        text = data.decode() if len(data) <= 3 * _SHOWN else ""
    except UnicodeDecodeError:
        text = ""
    if text and text.isprintable():
        return f"{len(data)} B: {text}"
    more = " …" if len(data) > _SHOWN else ""
    return f"{len(data)} B: {head.hex(' ')}{more}" if data else "0 B"
