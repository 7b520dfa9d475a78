"""`check()`: the learner's side, inside a notebook.

The learner's code runs in a fork of the kernel, under a deadline, so nothing that it does
reaches the notebook: an endless loop, an exit, a bound port, a leaked thread all end with
the fork. The rules run here.
"""

import os
import random
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache

from autograder.clock import CLOCK
from autograder.deadlines import END_S
from autograder.exercise import Exercise, Outcome, Report
from autograder.guest.loading import LoadCell
from autograder.judging.draws import public_draw
from autograder.judging.follow_through import first_to_mend
from autograder.judging.fork import fork
from autograder.judging.run_rules import run as run_rules
from autograder.judging.run_rules import run_rule
from autograder.judging.screen import Screen
from autograder.learner.program import Program
from autograder.notebooks.kernel import Kernel
from autograder.report.parts import picture
from autograder.report.text import outcome_text
from autograder.rules import MovedExercise, UnknownExercise, find, find_rule
from autograder.text.story import QUIET, Kind
from autograder.text.wording import Text
from autograder.way.record import keep, kept
from netlib.ladder import Ladder
from netlib.schedule import Schedule

__all__ = ["CheckFailed", "check", "replay", "run"]


class CheckFailed(AssertionError):
    """A check did not pass. The report is already on the screen."""

    def _render_traceback_(self) -> list[str]:  # IPython shows this instead of frames
        return [f"CheckFailed: {self}"]


class Stopped(KeyboardInterrupt):
    """Somebody has interrupted a check."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def check(id: str, *, language: str = "en") -> None:
    """Check one exercise of this notebook and show the report.

    Where nobody sits in front of it, a rule that does not pass raises CheckFailed, so that
    nbgrader's Validate sees it. A learner reads the report, and Run All goes on.
    """
    __tracebackhide__ = True
    kernel = Kernel.current()
    try:
        exercise = find(id)
    except MovedExercise as error:
        if kernel is None or not kernel.watched:
            raise CheckFailed(error.said.in_(language)) from None
        print(error.said.in_(language))  # and Run All goes on through a notebook of before
        return
    except UnknownExercise as error:
        raise CheckFailed(str(error)) from None
    if kernel is None:
        raise CheckFailed("check() looks at the cells of a notebook: run it in one.")
    if not hasattr(os, "fork"):
        print(_NO_FORK.in_(language))
        return
    screen = Screen(exercise, language, watched=kernel.watched)
    try:
        report = _checked(exercise, kernel, screen)
    except KeyboardInterrupt:
        screen.clear()
        raise Stopped(_STOPPED.in_(language)) from None
    if not report.passed and not kernel.watched:
        raise CheckFailed(_in_short(report).in_(language)) from None


def _checked(exercise: Exercise, kernel: Kernel, screen: Screen) -> Report:
    screen.working()
    cells, outside = kernel.cells(exercise), kernel.names(exercise)
    report = run(exercise.id, cells, outside=outside, seen=screen.so_far)
    if kernel.watched:
        judged = kernel.answer(exercise)
        keep(exercise.id, report.score, exercise.points, judged.text)
        screen.end_of(report, judged, kept())
    else:
        screen.end(report)
    return report


def replay(
    rule: str, faults: str = "", *, seed: int | None = None, language: str = "en"
) -> Ladder | None:
    """Run one rule ("ch04/request/asks_until_answered") of this notebook on a network of yours.

    faults is a schedule as `netlib.schedule` reads it; seed draws other values than a check
    does. Prints what came of it and returns the picture of what happened, if messages crossed.
    Raises CheckFailed, a sentence, where that cannot be done; not if the rule fails.
    """
    __tracebackhide__ = True
    try:
        exercise, chosen = find_rule(rule)
        schedule = Schedule.parse(faults)
        exercise.can_play(schedule)
    except MovedExercise as error:
        raise CheckFailed(error.said.in_(language)) from None
    except (UnknownExercise, ValueError) as error:
        raise CheckFailed(str(error)) from None
    kernel = Kernel.current()
    if kernel is None:
        raise CheckFailed("replay() looks at the cells of a notebook: run it in one.")
    if not hasattr(os, "fork"):
        print(_NO_FORK.in_(language))
        return None
    program = Program(kernel.cells(exercise), fork)
    rng = public_draw(exercise)(chosen) if seed is None else random.Random(seed)
    try:
        outcome = run_rule(exercise, chosen, program, rng, schedule)
    finally:
        program.close()
    print(Text(f"Network: {schedule}", f"网络：{schedule}").in_(language))
    # What somebody has typed need not be the smallest network that shows something.
    print(outcome_text(replace(outcome, faults=QUIET), exercise, language))
    return picture(outcome, language)


def _in_short(report: Report) -> Text:
    """Return what the one line of traceback says."""
    id, count = report.exercise.id, len(report.outcomes)
    first = report.outcomes[0]
    if first.kind in (Kind.UNWRITTEN, Kind.NOT_RUN) and first.remark is not None:
        return Text(f"{id}: {first.remark.en}", f"{id}：{first.remark.zh}")
    failed = sum(not outcome.passed for outcome in report.outcomes)
    return Text(
        f"{id}: {failed} of {count} rules failed.",
        f"{id}：{count} 条规则中有 {failed} 条没有通过。",
    )


_STOPPED = Text("Stopped.", "已停止。")
_NO_FORK = Text(
    "Not run here: this system cannot fork. On Windows, open the course in WSL.",
    "无法在此运行：这个系统不支持 fork。在 Windows 上请使用 WSL 打开课程。",
)


def run(
    id: str,
    cells: Iterable[LoadCell | str],
    language: str = "en",
    outside: Mapping[str, Text] | None = None,
    seen: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Judge cells as practice does, with the public draw, and return the report.

    outside are names that the notebook has and grading may not, and why: if a cell needs one of
    them, the report says so. seen is shown what is known meanwhile.
    """
    del language  # a report holds both
    exercise = find(id)
    loaded = [
        cell if isinstance(cell, LoadCell) else LoadCell(f"cell {number}", cell, whole=True)
        for number, cell in enumerate(cells, 1)
    ]
    known = Program(loaded, fork)

    @cache
    def earlier() -> Text | None:  # looked for once, as soon as anything fails
        return first_to_mend(exercise, known, public_draw)

    def blocked() -> bool:
        return earlier() is not None

    draw = public_draw(exercise)
    with CLOCK.ending_in(END_S):
        report = run_rules(exercise, known, draw, shrink=True, blocked=blocked, seen=seen)
    notes = [
        _outside(name, why)
        for name, why in sorted((outside or {}).items())
        if name in known.undefined
    ]
    outcomes = report.outcomes
    if any(not each.passed and each.kind != Kind.UNWRITTEN for each in outcomes) and blocked():
        outcomes = tuple(Outcome(r, Kind.NOT_RUN, remark=earlier()) for r in exercise.rules)
    return Report(exercise, outcomes, (*report.notes, *notes))


def _outside(name: str, why: Text) -> Text:
    return Text(
        f"{name} exists in this notebook, but not where you are graded: {why.en}. "
        f"Move {name} into your answer cell.",
        f"{name} 在这个笔记本里有，评分时却没有：{why.zh}。请把 {name} 移到你的答案单元格里。",
    )


if "IPython" in sys.modules:
    Kernel.current()  # from now on the kernel's cells are known by their ids
