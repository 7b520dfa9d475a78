"""Where a learner stands, and what is next: an exercise of the chapter, or another chapter."""

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.exercise import Exercise
from autograder.notebooks.chapter import chapter
from autograder.rules import exercises
from autograder.text.wording import Text
from autograder.way.chapters import built, chapters
from autograder.way.record import Reached

__all__ = ["Next", "left_off", "next_exercise", "next_step", "score"]

Record = Mapping[str, Reached]


@dataclass(frozen=True, slots=True)
class Next:
    """What is next.

    Attributes:
        chapter: its number; exercise is the id of one that is open there.
        link: from one chapter's notebook to the place.
    """

    chapter: str
    exercise: str | None
    name: Text
    link: str


def score(number: str, record: Record) -> tuple[float, float]:
    """Return the points that a chapter has so far, and how many it has in all."""
    all_of_it = exercises(number)
    got = sum(each.points * _share(each, record) for each in all_of_it)
    return round(got, 2), sum(each.points for each in all_of_it)


def next_exercise(number: str, record: Record, after: str = "") -> Exercise | None:
    """Return the chapter's next exercise that has not all its points; None if all have."""
    ordered = exercises(number)
    ids = [each.id for each in ordered]
    begin = ids.index(after) + 1 if after in ids else 0
    ahead = (*ordered[begin:], *ordered[:begin])
    return next((each for each in ahead if _share(each, record) < 1), None)


def next_step(number: str, record: Record, language: str, after: str = "") -> Next | None:
    """Return what comes after an exercise of a chapter; None at the end of all that is there."""
    order = [each.number for each in chapters()]
    begin = order.index(number) if number in order else 0
    for here in (*order[begin:], *order[:begin]):
        name, exercise = built(here, language), next_exercise(here, record, after)
        if name is not None and exercise is not None:
            return _step(here, name, exercise, language, whole=here != number)
    return None


def left_off(record: Record, language: str) -> Next | None:
    """Return where to go on: where the last check was, or where the course begins."""
    there = [each.number for each in chapters() if built(each.number, language)]
    checked = [id for id in record if id.partition("/")[0] in there]
    last = max(reversed(checked), key=lambda id: record[id].at, default=None)
    if last is not None:
        return next_step(last.partition("/")[0], record, language, after=last)
    return next_step(there[0], record, language) if there else None


def _step(number: str, name: str, exercise: Exercise, language: str, *, whole: bool) -> Next:
    file = f"../{name}/{name}.ipynb"
    if whole:
        return Next(number, None, _title(number), file)
    cells = chapter(name, language).cells
    stub = next((c.id for c in cells if c.role == "solution" and c.exercise == exercise.id), "")
    said = Text(exercise.id, exercise.id)
    return Next(number, exercise.id, said, f"{file}#cell-id={stub}" if stub else file)


def _title(number: str) -> Text:
    title = next(each.title for each in chapters() if each.number == number)
    short = number.removeprefix("ch")
    return Text(f"chapter {short}, {title.en}", f"第 {short} 章，{title.zh}")


def _share(exercise: Exercise, record: Record) -> float:
    """Return which part of its points an exercise has; they may have changed since."""
    reached = record.get(exercise.id)
    return min(1.0, reached.best / reached.of) if reached and reached.of else 0.0
