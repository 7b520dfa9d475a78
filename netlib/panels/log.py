"""What was said and heard in a chat: the last entries, each made harmless as it comes in."""

import threading
from dataclasses import dataclass, replace
from typing import Literal

from netlib.columns import clean, clip
from netlib.panels.words import Words

__all__ = ["Entry", "Log"]

_MOST = 100  # entries that are kept
_SHOWN = 300  # characters of a message

Kind = Literal["says", "hears", "notes"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a chat. Its texts are printable and on one line; they are no HTML yet.

    Attributes:
        number: counts from 1.
        who: whose it is.
        kind: what somebody says or hears; or a note on a function of theirs.
        text: the message, or the note.
        detail: what became of the message, or where it came from.
        count: how often the same note was made.
    """

    number: int
    who: str
    kind: Kind
    text: str
    detail: str = ""
    count: int = 1

    def said(self, words: Words) -> str:
        """Return the note, and how often it was made."""
        if self.count == 1:
            return self.text
        return words.times.format(text=self.text, count=self.count)

    def caption(self, words: Words) -> str:
        """Return whose it is, and the detail."""
        row: str = getattr(words, self.kind).format(who=self.who)
        return row + words.detail.format(detail=self.detail) if self.detail else row

    def line(self, words: Words) -> str:
        """Return the entry as one line of text; what the message holds stands at its end."""
        return f"{self.number}  {self.caption(words)}{words.colon}{self.said(words)}"


class Log:
    """The last entries, oldest first.

    Attributes:
        earlier: how many there were before them.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self._entries: dict[int, Entry] = {}
        self._last = 0
        self._last_of: dict[str, int] = {}  # the same, of each person
        self._lock = threading.Lock()

    @property
    def earlier(self) -> int:
        return self._last - len(self._entries)

    @property
    def entries(self) -> tuple[Entry, ...]:
        with self._lock:
            return tuple(self._entries.values())

    def add(self, who: str, kind: Kind, text: str, detail: str = "") -> int:
        """Append an entry and return its number; a note that repeats their last one is counted."""
        shown = clean(text[:_SHOWN])
        if len(text) > _SHOWN:
            shown = self._words.longer.format(text=shown, count=len(text))
        with self._lock:
            last = self._entries.get(self._last_of.get(who, 0))
            if kind == "notes" and last and (last.kind, last.text) == (kind, shown):
                self._entries[last.number] = replace(last, count=last.count + 1)
                return last.number
            self._last += 1
            self._last_of[who] = self._last
            self._entries[self._last] = Entry(self._last, who, kind, shown, _short(detail))
            if len(self._entries) > _MOST:
                del self._entries[next(iter(self._entries))]
            return self._last

    def amend(self, number: int, detail: str) -> None:
        """Say what became of a message, if it is still kept."""
        with self._lock:
            if entry := self._entries.get(number):
                self._entries[number] = replace(entry, detail=_short(detail))


def _short(detail: str) -> str:
    return clip(clean(detail[:_SHOWN]), _SHOWN)
