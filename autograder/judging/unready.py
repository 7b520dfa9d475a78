"""Why an exercise cannot be judged yet: one true sentence, and nothing else.

A cell that Python cannot read, a name that is spelt differently, a cell that was not run: each
says more than what rules would find without the function.
"""

import difflib
import re

from autograder.exercise import Exercise
from autograder.learner.process import Process
from autograder.learner.source import Source
from autograder.text.wording import Text, called

__all__ = ["missing", "unwritten"]

_ALIKE = 0.75  # of two names: then one was meant for the other
_PLACE = re.compile(r" \(<[^<>]*+>, line \d++\)$")  # that of a SyntaxError, in its text
_UNREADABLE = ("SyntaxError", "IndentationError", "TabError")

Problem = tuple[str, int, str]  # label of the cell, line, error


def missing(exercise: Exercise, process: Process, source: Source) -> Text | None:
    """Return why names that the exercise asks for are not there; None if they are."""
    absent = [name for name in exercise.names if name in process.missing]
    if not absent:
        return None
    name = absent[0]
    if said := _broken(name, process.problems, source) or _misspelt(name, exercise, source):
        return said
    is_are = "is" if len(absent) == 1 else "are"
    names = " and ".join(absent)
    english = f"{names} {is_are} not defined: run the cell that defines it, then check."
    chinese = f"{'、'.join(absent)} 还没有定义：先运行定义它的单元格，再来检查。"
    for label, line, error in process.problems:
        cell = called(label)
        english += f" ({cell.en}, line {line}: {error})"
        chinese += f"（{cell.zh} 第 {line} 行：{error}）"
    return Text(english, chinese)


def unwritten(exercise: Exercise, function: str) -> Text:
    """Return what to say where a function still raises NotImplementedError."""
    name = function if function in exercise.names else exercise.names[0]
    if len(exercise.names) > 1 and function not in exercise.names:
        return Text(
            "This exercise is not written yet: the cell still raises NotImplementedError.",
            "这道题还没有写：单元格仍在抛出 NotImplementedError。",
        )
    return Text(
        f"{name} is not written yet: its cell still raises NotImplementedError.",
        f"{name} 还没有写：单元格仍在抛出 NotImplementedError。",
    )


def _broken(name: str, problems: list[Problem], source: Source) -> Text | None:
    """Tell of the cell that was to define name, if it could not be run."""
    for label, line, error in problems:
        if label not in source.labels(rf"^(?:\w++[ \t]++)?+{re.escape(name)}\b"):
            continue
        cell, quoted = called(label), source.quote((label, line))
        error = _PLACE.sub("", error)
        if error.startswith(_UNREADABLE):
            return Text(
                f"Python cannot read line {line} of {cell.en}, `{quoted}`: {error}",
                f"Python 读不懂{cell.zh} 的第 {line} 行 `{quoted}`：{error}",
            )
        return Text(
            f"{name} is not defined, for line {line} of {cell.en}, `{quoted}`, raises {error}",
            f"{name} 没有定义，因为{cell.zh} 的第 {line} 行 `{quoted}` 抛出 {error}",
        )
    return None


def _misspelt(name: str, exercise: Exercise, source: Source) -> Text | None:
    there = [each for each in source.defined() if each not in exercise.names]
    same = [
        each for each in there if each.lower().replace("_", "") == name.lower().replace("_", "")
    ]
    near = same or difflib.get_close_matches(name, there, n=1, cutoff=_ALIKE)
    if not near:
        return None
    return Text(
        f"You define {near[0]}; the exercise asks for {name}.",
        f"你定义的是 {near[0]}；题目要的是 {name}。",
    )
