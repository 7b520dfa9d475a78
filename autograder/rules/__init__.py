"""What each chapter asks: a folder a chapter, a module an exercise, a function a clause.

A chapter's folder says `EXERCISES`, in the chapter's order, and `MOVED`, if some have gone to
another chapter: their ids before and now. What lies beside the folders is for several chapters.
"""

import difflib
import importlib
import re
from collections.abc import Mapping
from types import ModuleType

from autograder.exercise import Exercise, Rule
from autograder.text.wording import Text

__all__ = [
    "NUMBER",
    "MovedExercise",
    "UnknownExercise",
    "exercises",
    "find",
    "find_rule",
    "moved",
]


NUMBER = re.compile(r"ch\d+[a-z]?")
"""A chapter's number: several are two notebooks, ch05 and ch05b."""


class UnknownExercise(LookupError):
    """No exercise has that id; the message names the nearest ones."""


class MovedExercise(UnknownExercise):
    """An exercise had that id before it went to another chapter; `said` tells where it is."""

    def __init__(self, old: str, new: str) -> None:
        number = new.partition("/")[0].removeprefix("ch")
        self.said = Text(
            f"{old} has moved: it is {new} now, in the notebook of chapter {number}, and counts "
            "there.",
            f"{old} 已经移走：它现在是 {new}，在第 {number} 章的笔记本里，到那里才计分。",
        )
        super().__init__(self.said.en)


def exercises(chapter: str) -> tuple[Exercise, ...]:
    """Return the exercises of a chapter ("ch04", "ch05b_topic"), in order; none without rules."""
    module = _module(chapter)
    found: tuple[Exercise, ...] = () if module is None else module.EXERCISES
    return found


def moved(chapter: str) -> Mapping[str, str]:
    """Return the ids of exercises that have left a chapter, and the ids that they have now."""
    gone: Mapping[str, str] = getattr(_module(chapter), "MOVED", {})
    return gone


def _module(chapter: str) -> ModuleType | None:
    number = chapter.partition("_")[0]
    if not NUMBER.fullmatch(number):
        return None
    module = f"autograder.rules.{number}"
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return None


def find(id: str) -> Exercise:
    """Return an exercise. Raises UnknownExercise, naming the near ones, or where it has gone."""
    chapter, _, _ = str(id).partition("/")
    known = {e.id: e for e in exercises(chapter)}
    if id in known:
        return known[id]
    if id in moved(chapter):
        raise MovedExercise(id, moved(chapter)[id])
    near = difflib.get_close_matches(str(id), known, n=3, cutoff=0.3) or list(known)
    hint = f"did you mean {' or '.join(repr(n) for n in near)}?" if near else "which chapter is it?"
    raise UnknownExercise(f"There is no exercise {id!r}: {hint}")


def find_rule(id: str) -> tuple[Exercise, Rule]:
    """Return the rule "ch04/request/answered_at_once". Raises UnknownExercise as `find` does."""
    chapter, _, rest = str(id).partition("/")
    name, _, wanted = rest.partition("/")
    parent = f"{chapter}/{name}"
    found = find(parent)
    for each in found.rules:
        if each.id == wanted:
            return found, each
    known = [each.id for each in found.rules]
    near = difflib.get_close_matches(wanted, known, n=3, cutoff=0.3) or known[:3]
    hint = " or ".join(repr(f"{parent}/{n}") for n in near)
    raise UnknownExercise(f"There is no rule {id!r}: did you mean {hint}?")
