"""What each chapter asks: a folder a chapter, a module an exercise, a function a clause.

A chapter's folder says `EXERCISES`, in the chapter's order. What lies beside the folders is for
several chapters.
"""

import difflib
import importlib
import re

from autograder.exercise import Exercise, Rule

__all__ = ["NUMBER", "UnknownExercise", "exercises", "find", "find_rule"]


NUMBER = re.compile(r"ch\d+[a-z]?")
"""A chapter's number: several are two notebooks, ch05 and ch05b."""


class UnknownExercise(LookupError):
    """No exercise has that id; the message names the nearest ones."""


def exercises(chapter: str) -> tuple[Exercise, ...]:
    """Return the exercises of a chapter ("ch04", "ch05b_topic"), in order; none without rules."""
    number = chapter.partition("_")[0]
    if not NUMBER.fullmatch(number):
        return ()
    module = f"autograder.rules.{number}"
    try:
        found: tuple[Exercise, ...] = importlib.import_module(module).EXERCISES
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return ()
    return found


def find(id: str) -> Exercise:
    """Return an exercise. Raises UnknownExercise, naming the near ones."""
    chapter, _, _ = str(id).partition("/")
    known = {e.id: e for e in exercises(chapter)}
    if id in known:
        return known[id]
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
