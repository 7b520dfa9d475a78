"""`check()`: the learner's side, inside a notebook.

The learner's code runs in a fork of the kernel, under a deadline, so nothing that it does
reaches the notebook: an endless loop, an exit, a bound port, a leaked thread all end with
the fork. The rules run here.
"""

import builtins
import io
import os
import random
import signal
import socket
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

from autograder.exercise import (
    Exercise,
    Report,
    Rule,
    UnknownExercise,
    find,
    find_rule,
    playable,
)
from autograder.guest.guest import Guest
from autograder.guest.loading import LoadCell
from autograder.guest.pipe import Pipe
from autograder.judging.follow_through import first_to_mend
from autograder.judging.run_rules import run as run_rules
from autograder.judging.run_rules import run_rule
from autograder.learner import process_tree
from autograder.learner.copies import Template
from autograder.learner.program import Cells
from autograder.notebooks.kernel import Kernel
from autograder.report.text import outcome_text, picture, report_html
from autograder.text.story import QUIET
from autograder.text.wording import Text
from netlib.ladder import Ladder
from netlib.schedule import Schedule

if TYPE_CHECKING:
    from netlib.lan import Host

__all__ = ["CheckFailed", "check", "draw", "fork", "replay", "run"]


PRINTED = 4_000  # bytes


class CheckFailed(AssertionError):
    """A check did not pass. The report is already on the screen."""

    def _render_traceback_(self) -> list[str]:  # IPython shows this instead of frames
        return [f"CheckFailed: {self}"]


def check(id: str, *, language: str = "en") -> None:
    """Check one exercise of this notebook and print the report.

    Raises CheckFailed, so that nbgrader's Validate sees it, if a rule does not pass.
    """
    __tracebackhide__ = True
    try:
        exercise = find(id)
    except UnknownExercise as error:
        raise CheckFailed(str(error)) from None
    kernel = Kernel.current()
    if kernel is None:
        raise CheckFailed("check() looks at the cells of a notebook: run it in one.")
    if not hasattr(os, "fork"):
        print(_NO_FORK.in_(language))
        return
    report = run(id, kernel.cells(exercise), language, outside=kernel.names())
    _show(report, language)
    if not report.passed:
        raise CheckFailed(_in_short(report).in_(language)) from None


def _show(report: Report, language: str) -> None:
    """Print a report; where it has a picture, let the notebook choose between text and picture."""
    text, html = report.text(language), report_html(report, language)
    if html is None:
        print(text)
    else:
        from IPython.display import display

        display({"text/plain": text, "text/html": html}, raw=True)  # type: ignore[no-untyped-call]


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
        playable(schedule, exercise)
    except (UnknownExercise, ValueError) as error:
        raise CheckFailed(str(error)) from None
    kernel = Kernel.current()
    if kernel is None:
        raise CheckFailed("replay() looks at the cells of a notebook: run it in one.")
    if not hasattr(os, "fork"):
        print(_NO_FORK.in_(language))
        return None
    cells = Cells(kernel.cells(exercise), fork)
    rng = draw(exercise, chosen) if seed is None else random.Random(seed)
    try:
        outcome = run_rule(exercise, chosen, cells, rng, schedule)
    finally:
        cells.close()
    print(Text(f"Network: {schedule}", f"网络：{schedule}").in_(language))
    # What somebody has typed need not be the smallest network that shows something.
    print(outcome_text(replace(outcome, faults=QUIET), exercise, language))
    return picture(outcome, language)


def _in_short(report: Report) -> Text:
    """Return what the one line of traceback says."""
    id, count = report.exercise.id, len(report.outcomes)
    if all(outcome.kind == "unwritten" for outcome in report.outcomes):
        return Text(f"{id} is not written yet.", f"{id} 还没有写。")
    failed = sum(not outcome.passed for outcome in report.outcomes)
    return Text(
        f"{id}: {failed} of {count} rules failed.",
        f"{id}：{count} 条规则中有 {failed} 条没有通过。",
    )


_NO_FORK = Text(
    "Not run here: this system cannot fork. On Windows, open the course in WSL.",
    "无法在此运行：这个系统不支持 fork。在 Windows 上请使用 WSL 打开课程。",
)


def run(
    id: str,
    cells: Iterable[LoadCell | str],
    language: str = "en",
    outside: frozenset[str] = frozenset(),
) -> Report:
    """Judge cells as practice does, with the public draw, and return the report.

    outside are names that the notebook has and grading may not: if a cell needs one of
    them, the report says so.
    """
    del language  # a report holds both
    exercise = find(id)
    loaded = [
        cell if isinstance(cell, LoadCell) else LoadCell(f"cell {number}", cell, whole=True)
        for number, cell in enumerate(cells, 1)
    ]
    known = Cells(loaded, fork)
    report = run_rules(exercise, known, lambda rule: draw(exercise, rule), shrink=True)
    notes = [_outside(name) for name in sorted(known.undefined & outside)]
    written = any(outcome.kind != "unwritten" for outcome in report.outcomes)
    if written and not report.passed:
        earlier = first_to_mend(exercise, known, lambda each: partial(draw, each))
        known.close()
        notes = notes if earlier is None else [earlier, *notes]
    return Report(exercise, report.outcomes, (*report.notes, *notes))


def draw(exercise: Exercise, rule: Rule) -> random.Random:
    """Return the public draw: the same for everybody, at every check."""
    return random.Random(f"{exercise.id} {rule.id}")


def _outside(name: str) -> Text:
    return Text(
        f"{name} exists in this notebook, but not where you are graded: only imports, functions, "
        f"classes and assignments of your own cells are. Define {name} in your solution cell.",
        f"{name} 在这个笔记本里有，评分时却没有：评分只取你自己单元格里的 import、函数、类和赋值。"
        f"请把 {name} 写进答案单元格。",
    )


def fork(host: "Host | None" = None) -> Template:
    """Return a new process forked from this one, ready to load cells; on a host if one is given."""
    ours, theirs = socket.socketpair()
    printed = tempfile.TemporaryFile()
    sys.stdout.flush()
    with warnings.catch_warnings():
        # Python 3.12 warns that a fork beside threads may deadlock. The child only runs
        # Python that holds no lock of theirs; 600 forks under load went well.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        _become_guest(ours, theirs, printed, host)
    theirs.close()
    # Copies are found in /proc; where there is none, cells are loaded for every rule.
    end_copies = (
        partial(process_tree.end_descendants, pid) if os.path.exists("/proc/self") else None
    )
    return Template(
        Pipe(ours), _killer(pid), end_copies, partial(process_tree.sockets, pid), printed
    )


def _killer(pid: int) -> Callable[[], None]:
    ended = False

    def kill() -> None:
        nonlocal ended
        if not ended:
            ended = True
            process_tree.end(pid)

    return kill


def _become_guest(
    ours: socket.socket, theirs: socket.socket, printed: BinaryIO, host: "Host | None"
) -> None:
    """Turn this fork of the kernel into a guest. Never returns."""
    try:
        if host is not None:
            from autograder.network.lan import move_to

            move_to(host)
        os.setsid()
        process_tree.adopt_orphans()
        ours.close()
        _redirect(printed)
        _hide_helpers()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        Guest(Pipe(theirs)).serve()
    finally:
        os._exit(70)


def _redirect(printed: BinaryIO) -> None:
    """Keep the beginning of what the learner's code prints: the kernel's streams are not ours."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 2):
        os.dup2(null, descriptor)
    os.dup2(printed.fileno(), 1)
    sys.stdin = open(0, closefd=False)
    stream = io.TextIOWrapper(_Printed(), "utf-8", "replace", write_through=True)
    sys.stdout = sys.stderr = stream
    builtins.input = _no_input


class _Printed(io.BytesIO):
    """Standard output, which takes so many bytes and no more."""

    def __init__(self) -> None:
        super().__init__()
        self._left = PRINTED

    def write(self, data: Any) -> int:
        kept = bytes(data)[: self._left]
        self._left -= len(kept)
        os.write(1, kept)
        return memoryview(data).nbytes


def _no_input(prompt: object = "") -> str:
    raise EOFError("there is nobody to type an answer while your code is judged")


class _Hidden:
    """Keeps the course's helpers from solutions: graded code does not have them."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if _is_helper(name):
            raise ModuleNotFoundError(
                f"{name} is not there when your code is judged: write that part yourself",
                name=name,
            )


def _is_helper(name: str) -> bool:
    return name.startswith(("netlib.", "autograder")) and name != "netlib.errors"


def _hide_helpers() -> None:
    for name in [name for name in sys.modules if _is_helper(name)]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Hidden())


if "IPython" in sys.modules:
    Kernel.current()  # from now on the kernel's cells are known by their ids
