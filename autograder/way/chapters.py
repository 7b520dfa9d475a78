"""The course's chapters: what each is called, what it needs, and the order to read them in."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from autograder.notebooks.chapter import names
from autograder.text.wording import Text

__all__ = ["Chapter", "built", "chapters"]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter of the course, whether it is there yet or not.

    Attributes:
        number: such as "ch04"; needs are the numbers of others.
    """

    number: str
    title: Text
    needs: tuple[str, ...]


@lru_cache(maxsize=1)
def chapters() -> tuple[Chapter, ...]:
    """Return every chapter, in the order in which they are best read."""
    text = files("autograder.way").joinpath("chapters.toml").read_text(encoding="utf-8")
    return tuple(
        Chapter(number, Text(**entry["title"]), tuple(entry["needs"]))
        for number, entry in tomllib.loads(text).items()
    )


def built(number: str, language: str) -> str | None:
    """Return the name of a chapter's notebook, such as "ch04_udp"; None if it is yet to come."""
    return next((name for name in names(language) if name.partition("_")[0] == number), None)
