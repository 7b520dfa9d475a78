"""The catalogue of misconceptions that rules cite: titles, hints in steps, sources.

What the keys of an entry mean stands in docs/authors.md.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from autograder.text.wording import Text

__all__ = ["Misconception", "catalogue", "from_exception", "leaves_its_trace"]


@dataclass(frozen=True, slots=True)
class Misconception:
    """A thing that people believe of networks, and the question that unsettles it.

    Attributes:
        look: what to look at or to print in one's own program.
        where: the cell of a chapter that shows it ("ch04/after-cut"); "" where none does.
        example: the same on another case: a block of Python with its results, and a sentence.
        raised: exceptions that give it away, as regular expressions over "Type: message".
        trace: a regular expression over the source; where it finds nothing, nobody holds it.
    """

    id: str
    title: Text
    hint: Text
    look: Text
    source: str = ""
    raised: tuple[str, ...] = ()
    trace: str = ""
    where: str = ""
    example: Text | None = None


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Misconception]:
    """Return every misconception by its id."""
    return {
        id: Misconception(
            id,
            Text(**entry["title"]),
            Text(**entry["hint"]),
            Text(**entry["look"]),
            entry.get("source", ""),
            tuple(entry.get("raised", ())),
            entry.get("trace", ""),
            entry.get("where", ""),
            Text(**entry["example"]) if "example" in entry else None,
        )
        for id, entry in _entries()
    }


def _entries() -> Iterator[tuple[str, dict[str, Any]]]:
    folder = files("autograder").joinpath("misconceptions")
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield from tomllib.loads(file.read_text(encoding="utf-8")).items()


def from_exception(names: tuple[str, ...], message: str) -> str | None:
    """Return the id that an exception gives away, or None."""
    for misconception in catalogue().values():
        for pattern in misconception.raised:
            if any(re.match(pattern, f"{name}: {message}") for name in names):
                return misconception.id
    return None


def leaves_its_trace(id: str, source: str) -> bool:
    """Tell whether a source has what a misconception cannot be without."""
    entry = catalogue().get(id)
    return entry is None or not entry.trace or re.search(entry.trace, source) is not None
