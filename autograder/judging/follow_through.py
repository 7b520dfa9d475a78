"""Follow-through: one mistake must not cost the exercises that build on it.

Where an exercise fails and one that it builds on fails, too, practice sends the learner there
first. Grading runs the rules that failed once more, with the reference of what it builds on in
place of the learner's, and counts what passes then.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from autograder.clock import Moment
from autograder.exercise import Exercise, Report
from autograder.guest.loading import PUT_RIGHT, LoadCell
from autograder.judging.draws import Draw
from autograder.judging.run_rules import run, run_rule
from autograder.learner.program import Program
from autograder.learner.source import Source
from autograder.notebooks.chapter import reference
from autograder.rules import exercises
from autograder.text.story import Kind
from autograder.text.wording import Text

__all__ = ["first_to_mend", "followed"]

_SEEN = (Kind.FAILED, Kind.LATE, Kind.GONE)


def needs(exercise: Exercise) -> tuple[Exercise, ...]:
    """Return all that an exercise builds on, also by way of others, in the chapter's order."""
    chapter = exercises(exercise.id.partition("/")[0])
    known = {each.id: each for each in chapter}
    wanted: set[str] = set()
    ahead = list(exercise.uses)
    while ahead:
        id = ahead.pop()
        if id not in wanted:
            wanted.add(id)
            ahead += known[id].uses
    return tuple(each for each in chapter if each.id in wanted)


def first_to_mend(
    exercise: Exercise, program: Program, draw: Callable[[Exercise], Draw]
) -> Text | None:
    """Return a sentence that sends the learner to the first exercise that has to be right
    before this one can be; None if all that it uses pass."""
    for earlier in _used(exercise, program.source):
        for rule in earlier.rules:
            outcome = run_rule(earlier, rule, program, draw(earlier)(rule))
            if outcome.kind == Kind.LATE:  # on a busy machine a right one may be
                outcome = run_rule(earlier, rule, program, draw(earlier)(rule))
            if outcome.kind == Kind.NOT_RUN:  # the time is up: nothing is known of it
                return None
            if not outcome.passed:
                user, used = exercise.names[0], earlier.names[0]
                call = f'check("{earlier.id}")'
                return Text(
                    f"{user} uses {used}, which is not right yet: mend that first ({call}).",
                    f"{user} 用到了 {used}，而 {used} 还不对：请先改好它（{call}）。",
                )
    return None


def _used(exercise: Exercise, source: Source) -> Iterator[Exercise]:
    """Yield what an exercise builds on and the learner's code does name, directly or not."""
    named = {exercise.id: source.of(exercise.names)}
    for earlier in reversed(needs(exercise)):
        uses = (rf"\b{re.escape(name)}\b" for name in earlier.names)
        if any(re.search(use, text) for use in uses for text in named.values()):
            named[earlier.id] = source.of(earlier.names)
    yield from (each for each in needs(exercise) if each.id in named)


def followed(
    reports: list[Report],
    loaded: Iterable[LoadCell],
    start: Callable[[Iterable[LoadCell]], Program],
    draw: Callable[[Exercise], Draw],
    until: Moment,
    *,
    shrink: bool = False,
) -> tuple[list[Report], list[Text]]:
    """Return the reports with what comes of the rules that failed when earlier exercises are put
    right, and a note for each exercise to which that gave points.

    loaded are the learner's cells, of which start makes processes. shrink: see `run`.
    """
    failing = {report.exercise.id for report in reports if not report.passed}
    notes: list[Text] = []
    after: list[Report] = []
    for report in reports:
        mended = [each for each in needs(report.exercise) if each.id in failing]
        if mended and not report.passed:
            helped = _again(report, loaded, start, draw(report.exercise), until, shrink)
            if helped.score > report.score:
                names = ", ".join(each.id for each in mended)
                notes.append(
                    Text(
                        f"{report.exercise.id} was judged with your {names} put right.",
                        f"判 {report.exercise.id} 时，{names} 换成了正确的答案。",
                    )
                )
            report = helped
        after.append(report)
    return after, notes


def _again(
    report: Report,
    loaded: Iterable[LoadCell],
    start: Callable[[Iterable[LoadCell]], Program],
    draw: Draw,
    until: Moment,
    shrink: bool,
) -> Report:
    """Run the rules that failed, with the reference of all that the exercise builds on.

    What fails then, too, is told as it failed then: it is this exercise's own.
    """
    exercise = report.exercise
    wanted = {each.id for each in needs(exercise)}
    given = [
        LoadCell(f"{cell.id}{PUT_RIGHT}", cell.source, whole=True)
        for cell in reference(exercise.id.partition("/")[0]).cells
        if cell.role == "solution" and cell.exercise in wanted
    ]
    # What was put right stands behind the rest, and would add nothing there: see `loading`.
    names = (name for each in needs(exercise) for name in each.names)
    helped = replace(exercise, names=(*exercise.names, *names))
    failed = frozenset(outcome.rule.id for outcome in report.outcomes if not outcome.passed)
    again = run(helped, start([*loaded, *given]), draw, failed, until, shrink=shrink)
    known = {each.rule.id: each for each in again.outcomes if each.passed or each.kind in _SEEN}
    outcomes = tuple(known.get(outcome.rule.id, outcome) for outcome in report.outcomes)
    return replace(report, outcomes=outcomes)
