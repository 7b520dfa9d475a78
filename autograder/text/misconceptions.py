"""The catalogue of misconceptions that rules cite: titles, hints, sources.

`raised` lists exceptions that give a misconception away wherever they appear, as regular
expressions over "Type: message"; `trace` is one over the source without which nobody shows it.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from autograder.text.wording import Text

__all__ = ["Misconception", "catalogue", "from_exception", "leaves_its_trace"]


@dataclass(frozen=True, slots=True)
class Misconception:
    """A thing that people believe of networks, and the question that unsettles it."""

    id: str
    title: Text
    hint: Text
    source: str = ""
    raised: tuple[str, ...] = ()
    trace: str = ""


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Misconception]:
    """Return every misconception by its id."""
    text = files("autograder").joinpath("misconceptions.toml").read_text(encoding="utf-8")
    return {
        id: Misconception(
            id,
            Text(**entry["title"]),
            Text(**entry["hint"]),
            entry.get("source", ""),
            tuple(entry.get("raised", ())),
            entry.get("trace", ""),
        )
        for id, entry in tomllib.loads(text).items()
    }


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
