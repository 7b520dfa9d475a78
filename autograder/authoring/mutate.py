"""How sharp a chapter's rules are: what comes of every mutant of its right programs.

Each is judged as practice judges, until one rule refuses it. One that all rules let pass survives:
either a rule is missing, or the change is none that the exercise speaks of, which is written down
(`survivors.py`). What survives and is not written down fails, and so does an entry of which no
mutant survives any more.
"""

import json
import logging
import os
import random
import resource
import select
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from autograder.authoring.lint import right_programs
from autograder.authoring.mutants import Mutant, mutants
from autograder.authoring.source import Source, read
from autograder.authoring.survivors import Entry, written_down
from autograder.authoring.validate import Line, solved
from autograder.deadlines import JUDGE_S
from autograder.exercise import Exercise
from autograder.guest.loading import LoadCell
from autograder.judging.draws import public_draw
from autograder.judging.fork import fork
from autograder.judging.run_rules import run_rule
from autograder.learner.program import Program
from autograder.rules import UnknownExercise, exercises
from autograder.sandbox.throwaway import Ended, Fork
from autograder.text.story import Kind

__all__ = ["Trial", "commit", "mutants_of", "mutate"]

Catalogue = Callable[[str], Sequence[Exercise]]
"""From a chapter's number ("ch04") to its exercises, in order."""

PER_CORE = 3  # side by side: rules wait
_MEMORY = 1 << 30  # bytes for a mutant; one that eats them gets a MemoryError
_FILE = 1 << 26  # bytes of a file that it writes
_FEW = 20  # that are looked at again, alone: a busy machine may be why they failed


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutant of a program: of the reference, "echo_server/reference", or of another right one."""

    exercise: str
    program: str
    file: str
    line: int
    mutant: Mutant

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.mutant.operator}: {self.program}: {self.mutant}"


def _trials(source: Source, root: Path, exercises: Sequence[str]) -> Iterator[Trial]:
    """Yield the mutants of the right programs of some exercises of a chapter."""
    for exercise in exercises:
        short = exercise.partition("/")[2]
        for cell in source.cells:
            if cell.role == "solution" and cell.exercise == exercise:
                for mutant in mutants(cell.source):
                    line = cell.line + mutant.line
                    yield Trial(exercise, f"{short}/reference", source.file, line, mutant)
        for path in right_programs(root, exercise):
            file = path.relative_to(root).as_posix()
            for mutant in mutants(path.read_text(encoding="utf-8")):
                yield Trial(exercise, f"{short}/right/{path.stem}", file, mutant.line, mutant)


def mutants_of(
    paths: Sequence[Path], root: Path, exercise: str = "", catalogue: Catalogue = exercises
) -> Iterator[tuple[Source, tuple[Trial, ...]]]:
    """Yield each chapter with its trials, or with those of one exercise ("request").

    Raises UnknownExercise if no chapter has it.
    """
    found = False
    for path in paths:
        source = read(path, root)
        ids = [each.id for each in catalogue(source.chapter)]
        wanted = [id for id in ids if exercise in ("", id, id.partition("/")[2])]
        found = found or bool(wanted)
        yield source, tuple(_trials(source, root, wanted))
    if not found:
        raise UnknownExercise(f"No exercise of these chapters is called {exercise!r}.")


def mutate(
    paths: Sequence[Path],
    root: Path,
    exercise: str = "",
    *,
    sample: int | None = None,
    seed: str = "",
    catalogue: Catalogue = exercises,
) -> Iterator[Line]:
    """Try the mutants of chapters, or of one exercise, or a sample of so many of each chapter.

    Yields a line for all that is wrong, and for each chapter one with what came of it.
    """
    for source, every in mutants_of(paths, root, exercise, catalogue):
        few = (
            every if sample is None else random.Random(seed).sample(every, min(sample, len(every)))
        )
        known = {each.id: each for each in catalogue(source.chapter)}
        yield from _Chapter(source, root, known, every).lines(few)


def commit(root: Path) -> str:
    """Return the commit that is checked out, as a seed that changes with it; "" without git."""
    command = ["git", "-C", str(root), "rev-parse", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""


# -- one chapter ----------------------------------------------------------------------------------

_SURVIVES = "survives"
_REFUSED = "refused"
_AWAY = "not run here"
_FAULT = "our fault"
_SLOW = "slow"


@dataclass(frozen=True, slots=True)
class _Chapter:
    source: Source
    root: Path
    exercises: dict[str, Exercise]
    every: tuple[Trial, ...]

    def lines(self, chosen: Sequence[Trial]) -> Iterator[Line]:
        try:
            file, entries = written_down(self.root, self.source.chapter)
        except ValueError as error:
            yield Line(False, self.source.chapter, str(error))
            return
        began, cpu = time.monotonic(), _cpu()
        ended: dict[Trial, tuple[str, str]] = {}
        for trial, came in self._try(chosen, PER_CORE * len(os.sched_getaffinity(0))):
            ended[trial] = came
            accepted = any(entry.fits(trial.program, trial.mutant) for entry in entries)
            if came[0] == _SURVIVES and not accepted:
                yield Line(False, str(trial), came[1])
        again = [trial for trial, (kind, _) in ended.items() if kind in (_FAULT, _SLOW)]
        again += [trial for entry in entries for trial in self._refused(entry, ended)]
        ended.update(self._try(again[:_FEW], 1))
        for trial, (kind, why) in ended.items():
            accepted = any(entry.fits(trial.program, trial.mutant) for entry in entries)
            if kind == _FAULT or (kind == _SLOW and not accepted):
                yield Line(False, str(trial), why)
        for entry in entries:
            if self._names_nothing(entry):
                why = "There is no such mutant (any more): delete the entry."
                yield Line(False, f"{file}: {entry}", why)
            elif self._refused(entry, ended):
                yield Line(False, f"{file}: {entry}", "It is refused: delete the entry.")
        kinds = [kind for kind, _ in ended.values()]
        yield Line(
            True,
            self.source.chapter,
            f"{len(kinds)} of {len(self.every)} mutants, {kinds.count(_REFUSED)} refused, "
            f"{kinds.count(_SURVIVES)} survive, {kinds.count(_AWAY)} cannot be judged here; "
            f"{time.monotonic() - began:.0f} s, {_cpu() - cpu:.0f} s of CPU",
        )

    def _fitting(self, entry: Entry) -> list[Trial]:
        return [trial for trial in self.every if entry.fits(trial.program, trial.mutant)]

    def _names_nothing(self, entry: Entry) -> bool:
        """Return whether no mutant is what an entry names, as far as the mutants are known."""
        tried = {trial.exercise for trial in self.every}
        of = f"{self.source.chapter}/{entry.program.partition('/')[0]}"
        return not self._fitting(entry) and (of in tried or tried == set(self.exercises))

    def _refused(self, entry: Entry, ended: dict[Trial, tuple[str, str]]) -> list[Trial]:
        """Return the mutants of an entry if all were tried and refused, and not by chance."""
        fitting = self._fitting(entry)
        kinds = {ended.get(trial, ("", ""))[0] for trial in fitting}
        return fitting if kinds == {_REFUSED} and not entry.chance else []

    def _try(
        self, chosen: Sequence[Trial], workers: int
    ) -> Iterator[tuple[Trial, tuple[str, str]]]:
        with tempfile.TemporaryDirectory(prefix="live-sockets-") as folder:
            works = ((trial, partial(self._judge, trial, folder)) for trial in chosen)
            for trial, ended in _side_by_side(works, workers):
                yield trial, _said(ended)

    def _judge(self, trial: Trial, folder: str, _: bytes, send: Callable[[bytes], None]) -> None:
        """Answer with what came of a mutant, in a process of its own."""
        logging.getLogger().handlers = [logging.StreamHandler()]  # what it says there is kept
        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE, _FILE))
        tempfile.tempdir = tempfile.mkdtemp(dir=folder)
        os.chdir(tempfile.tempdir)
        cells = solved(self.source, {trial.exercise: trial.mutant.source})
        send(json.dumps(_came_of(self.exercises[trial.exercise], cells)).encode())


def _came_of(exercise: Exercise, cells: list[LoadCell]) -> tuple[str, str]:
    draw, away = public_draw(exercise), False
    program = Program(cells, fork)
    try:
        for rule in exercise.rules:
            outcome = run_rule(exercise, rule, program, draw(rule))
            if outcome.kind == Kind.LATE:  # on a busy machine a right one may be
                outcome = run_rule(exercise, rule, program, draw(rule))
            if outcome.kind == Kind.OUR_FAULT:
                return _FAULT, rule.id
            if not outcome.passed:
                return _REFUSED, rule.id
            away = away or outcome.kind == Kind.NOT_RUN_HERE
    finally:
        program.close()
    survives = _SURVIVES, "It gets full points: no rule sees the difference."
    return (_AWAY, "") if away else survives


def _said(ended: Ended) -> tuple[str, str]:
    """Return what came of a mutant, and the rule that refused it, or what else there is to say."""
    if ended.code == 0:
        kind, why = json.loads(ended.output)
        return kind, f"It breaks the judge: {why}: {ended.last_words()}" if kind == _FAULT else why
    if ended.code is None:
        return _SLOW, f"No rule refuses it within {JUDGE_S:g} s."
    return _FAULT, f"It breaks the judge: {ended.last_words()}"


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


Work = Callable[[bytes, Callable[[bytes], None]], None]


def _side_by_side(works: Iterator[tuple[Trial, Work]], most: int) -> Iterator[tuple[Trial, Ended]]:
    """Yield each trial with the end of its process, as they end; so many run at a time."""
    running: dict[int, tuple[Trial, Fork]] = {}
    try:
        with select.epoll() as poll:
            while True:
                for trial, work in works:
                    process = Fork(work, seconds=JUDGE_S)
                    running[process.fileno()] = trial, process
                    poll.register(process.fileno(), select.EPOLLIN)
                    if len(running) == most:
                        break
                if not running:
                    return
                for descriptor in _over(poll, running):
                    poll.unregister(descriptor)
                    trial, process = running.pop(descriptor)
                    yield trial, process.collect(1 << 16)
    finally:
        for _, process in running.values():
            process.end()


def _over(poll: select.epoll, running: dict[int, tuple[Trial, Fork]]) -> set[int]:
    """Wait for processes that have answered, or whose time is up."""
    deadlines = {fd: process.deadline or 0.0 for fd, (_, process) in running.items()}
    ready = {fd for fd, _ in poll.poll(max(0.0, min(deadlines.values()) - time.monotonic()))}
    return ready | {fd for fd, deadline in deadlines.items() if deadline <= time.monotonic()}
