"""Runs the rules of one exercise against one learner's cells.

Each run of a rule gets a process of its own, so that what one rule did cannot reach the
next and a rule that is run again meets what it met before. Where that process lives (a fork
of the kernel, a sandbox) is the caller's to say.
"""

import contextlib
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random

from autograder.clock import CLOCK, NEVER, Moment
from autograder.deadlines import CALL_S, EXERCISE_S, HURRY, HURRY_S, OVERTIME_S, SHRINK_S
from autograder.exercise import Exercise, Outcome, Report, Rule
from autograder.judging.draws import Draw
from autograder.judging.hints import settled
from autograder.judging.shrinking import shrunk
from autograder.judging.unready import missing, unwritten
from autograder.learner.descriptors import room_for
from autograder.learner.program import Program, TooManyBadCells
from autograder.network.learner import Learner
from autograder.network.steps import Steps
from autograder.text.because import Proof
from autograder.text.misconceptions import from_exception
from autograder.text.observed import Gone, Hang, Raised, TooLate
from autograder.text.story import QUIET, Failed, Kind
from autograder.text.wording import Text
from netlib.errors import Unavailable
from netlib.schedule import Schedule

__all__ = ["ALWAYS_LATE", "run", "run_rule"]

_MOST_AGAIN = 12  # times that a rule begins again because we were late

_log = logging.getLogger(__name__)


def run(
    exercise: Exercise,
    program: Program,
    draw: Draw,
    only: frozenset[str] | None = None,
    until: Moment = NEVER,
    *,
    shrink: bool = False,
    blocked: Callable[[], bool] = lambda: False,
    seen: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Run every rule of exercise, or only those; draw gives each its randomness.

    A rule that failed on time alone is run once more, last and alone, if time is left. until
    is the moment of the clock when the submission's own time is up. shrink looks for the smallest
    network that breaks what failed. blocked is asked when something has failed: if it is true,
    nothing else is tried. seen is shown what is known when a first rule has failed, and when all
    have been run.
    """
    try:
        report = _run(exercise, program, draw, only, until, blocked, seen)
        wanted = exercise.rules if only is None else only
        if shrink and len(report.outcomes) == len(wanted):  # else it is blocked
            seen(settled(report, program.source.of(exercise.names)))
            report = _shrunk(report, program, draw, until)
        return settled(report, program.source.of(exercise.names))
    finally:
        program.close()


def _run(
    exercise: Exercise,
    program: Program,
    draw: Draw,
    only: frozenset[str] | None,
    until: Moment,
    blocked: Callable[[], bool],
    seen: Callable[[Report], None],
) -> Report:
    budget = _Budget(program, until)
    outcomes: dict[str, Outcome] = {}
    rules = [rule for rule in exercise.rules if only is None or rule.id in only]
    for rule in rules:
        if (spent := budget.spent()) is not None:
            outcomes[rule.id] = Outcome(rule, Kind.NOT_RUN, remark=spent)
            continue
        outcomes[rule.id] = budget.pays(partial(run_rule, exercise, rule, program, draw(rule)))
        if outcomes[rule.id].kind == Kind.UNWRITTEN and len(exercise.names) == 1:
            why = outcomes[rule.id].remark
            rest = (Outcome(rule, Kind.UNWRITTEN, remark=why) for rule in rules)
            return Report(exercise, tuple(rest), tuple(program.notes))
        failed = [outcome for outcome in outcomes.values() if not outcome.passed]
        if failed == [outcomes[rule.id]]:  # the first
            report = Report(exercise, tuple(outcomes.values()), tuple(program.notes))
            if blocked():
                return report
            seen(report)
    for rule in rules:
        if outcomes[rule.id].kind == Kind.LATE and budget.pace == 1:
            outcomes[rule.id] = budget.pays(partial(run_rule, exercise, rule, program, draw(rule)))
    return Report(exercise, tuple(outcomes.values()), tuple(program.notes))


class _Budget:
    """What the failed rules of one exercise may take together; a right program may take its time.

    When it is spent, limits are shorter for a while: what is right still passes.
    """

    def __init__(self, program: Program, until: Moment) -> None:
        self._program, self._until = program, until
        self._lost = 0.0

    @property
    def pace(self) -> float:
        """How much of every limit a rule gets now."""
        return 1 if EXERCISE_S + OVERTIME_S - self._lost >= CALL_S else HURRY

    def spent(self) -> Text | None:
        """Return why no further rule is run, if that is so."""
        if CLOCK.left(self._until - CALL_S) <= 0:
            return _TIME_IS_UP
        most = EXERCISE_S + OVERTIME_S + HURRY_S
        return _used_up(most) if most - self._lost < CALL_S * HURRY else None

    def pays(self, rule: Callable[[], Outcome]) -> Outcome:
        """Run a rule; what it takes is lost if it fails."""
        began, bad = CLOCK.after(0), self._program.seconds
        with CLOCK.pace(self.pace):
            outcome = rule()
        if not outcome.passed:
            # What bad cells cost is not this exercise's to pay.
            self._lost += CLOCK.now() - began - (self._program.seconds - bad)
        return outcome


def _shrunk(report: Report, program: Program, draw: Draw, until: Moment) -> Report:
    deadline = min(until, CLOCK.after(SHRINK_S))

    def smallest(outcome: Outcome) -> Outcome:
        def again(schedule: Schedule) -> Outcome:
            return run_rule(report.exercise, outcome.rule, program, draw(outcome.rule), schedule)

        failed = outcome.kind in (Kind.FAILED, Kind.LATE) and outcome.faults != QUIET
        return shrunk(outcome, again, deadline) if failed else outcome

    return Report(report.exercise, tuple(map(smallest, report.outcomes)), report.notes)


def run_rule(
    exercise: Exercise, rule: Rule, program: Program, rng: Random, faults: Schedule | None = None
) -> Outcome:
    """Run one rule under each of its own faults, until it does not pass; or under those told."""
    drawn = rule.schedules(rng)
    state = rng.getstate()
    for schedule in drawn if faults is None else (faults,):
        for _ in range(_MOST_AGAIN):
            rng.setstate(state)
            with contextlib.suppress(TooLate):
                outcome = _with_room(exercise, rule, program, rng, schedule)
                break
        else:  # who keeps the machine busy must not pass by that
            outcome = Outcome(rule, Kind.NOT_RUN, remark=ALWAYS_LATE)
        if outcome.kind != Kind.PASSED:
            break
    return replace(outcome, faults=schedule)


def _with_room(
    exercise: Exercise, rule: Rule, program: Program, rng: Random, schedule: Schedule
) -> Outcome:
    try:
        with room_for(exercise.descriptors):  # the rule opens as many as the learner's code
            return _run_rule(exercise, rule, program, rng, schedule)
    except Unavailable as error:
        return _not_run_here(rule, error)


def _run_rule(
    exercise: Exercise, rule: Rule, program: Program, rng: Random, schedule: Schedule
) -> Outcome:
    if CLOCK.ended:
        return Outcome(rule, Kind.NOT_RUN, remark=_TIME_IS_UP)
    try:
        process = program.process(exercise.names, descriptors=exercise.descriptors)
    except TooManyBadCells as error:
        return Outcome(rule, Kind.GONE, remark=error.text)
    except Unavailable:  # it allows fewer descriptors than the exercise needs
        raise
    except Exception:  # whatever we did wrong costs the learner nothing
        return _our_fault(exercise, rule)
    start_on = partial(program.process, exercise.names, descriptors=exercise.descriptors)
    steps = Steps(process, program.source, schedule, start_on, exercise.protocol, exercise.mistakes)
    try:
        if why := missing(exercise, process, program.source):
            return Outcome(rule, Kind.UNWRITTEN, remark=why)
        rule.body(Learner(steps), steps, rng)
    except Failed as failure:
        return _failed(exercise, rule, steps, failure)
    except (Gone, Hang, Raised) as seen:  # by a rule that was not prepared for it
        return _failed(exercise, rule, steps, steps.failure(seen))
    except TooManyBadCells as error:
        return Outcome(rule, Kind.GONE, remark=error.text)
    except TooLate:
        raise
    except Unavailable as error:  # of the rule itself: the learner's own come as Raised
        return _not_run_here(rule, error)
    except Exception:
        return _our_fault(exercise, rule)
    finally:
        steps.close()
    return Outcome(rule, Kind.PASSED, story=tuple(steps.story))


def _failed(exercise: Exercise, rule: Rule, steps: Steps, failure: Failed) -> Outcome:
    if failure.kind == Kind.UNWRITTEN:
        where = failure.raised and failure.raised.where
        function = steps.source.function(where) if where else ""
        return Outcome(rule, Kind.UNWRITTEN, remark=unwritten(exercise, function))
    known, believed = _cited(rule, failure)
    return Outcome(
        rule,
        failure.kind,
        misconception=known,
        believed=believed,
        plainly=failure.plainly,
        early=failure.early,
        expected=failure.expected,
        got=failure.got,
        remark=failure.remark,
        under=failure.under,
        story=tuple(steps.story),
        mark=len(steps.story) - 1 if steps.story else None,
        printed=steps.process.printed(),
    )


def _cited(rule: Rule, failure: Failed) -> tuple[str | None, str | None]:
    """Return the misconception that a failure shows, and the one that it is believed to show."""
    if failure.kind == Kind.GONE or failure.plainly is not None:
        return None, None
    if failure.raised is not None:
        given_away = from_exception(failure.raised.names[:1], str(failure.raised.error))
        if given_away:
            return given_away, None
    if isinstance(failure.because, Proof):
        return failure.because or None, None
    if failure.raised is not None or failure.hangs or failure.early:
        return None, None  # it may have raised, or waited, for any reason
    return None, failure.because or rule.misconception


ALWAYS_LATE = Text(
    "not run: the machine was too late for it, whenever it was tried",
    "没有运行：每次尝试，机器都太忙，来不及",
)
_TIME_IS_UP = Text("not run: the time for judging was up", "没有运行：判题时间已经用完")


def _used_up(most: float) -> Text:
    return Text(
        f"not run: failed rules before it used up the {most:g} s of this exercise",
        f"没有运行：前面没有通过的规则已经用完本题的 {most:g} s",
    )


def _not_run_here(rule: Rule, error: Unavailable) -> Outcome:
    remark = Text(f"not run here, no points lost: {error}", f"无法在此运行，不扣分：{error}")
    return Outcome(rule, Kind.NOT_RUN_HERE, remark=remark)


def _our_fault(exercise: Exercise, rule: Rule) -> Outcome:
    if CLOCK.ended:  # in the midst of it
        return Outcome(rule, Kind.NOT_RUN, remark=_TIME_IS_UP)
    _log.exception("GraderError in %s %s", exercise.id, rule.id)
    return Outcome(
        rule,
        Kind.OUR_FAULT,
        remark=Text(
            "This is our fault, not yours; your points are untouched.",
            "这是判题程序的错误，不是你的；不影响得分。",
        ),
    )
