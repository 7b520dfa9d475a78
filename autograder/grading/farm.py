"""Judges many submissions at once, each in processes of its own.

A warm process is forked before anything heavy is imported; it forks one process a submission,
as many at a time as there are workers, and tells what happens. Rules wait more than they
compute, so more workers than processors pay. A process that dies costs its submission alone.
"""

import json
import os
import select
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from autograder.deadlines import UNIT_S
from autograder.judging.judge import Unjudgeable, forked, fresh, judge, warm_up
from autograder.judging.results import Results, key
from autograder.notebooks.chapter import chapter
from autograder.notebooks.placing import place
from autograder.notebooks.submission import Submission, content, read
from autograder.sandbox.throwaway import Ended, Fork
from autograder.verdict import Verdict

__all__ = ["PER_CORE", "Event", "Farm", "FarmError", "LocalFarm", "Unit", "judged", "workers"]

PER_CORE = 3
"""Workers a processor; see bench/bench_class.py for what other numbers give."""

TICK_S = 0.5
_MOST_SAID = 2_000  # characters


class FarmError(Exception):
    """Nothing can be judged here; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One notebook to judge."""

    student: str
    notebook: Path
    assignment: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a unit.

    Attributes:
        kind: "started"; "judged": there is a result; "refused": it cannot be judged, and why
            is a sentence; "open": nothing was found out, so the pipeline must; "waiting": for
            a while nothing happened; "unable": nothing can be judged here at all.
        said: what the judge complained of about itself.
    """

    kind: str
    student: str = ""
    why: str = ""
    said: str = ""


class Farm(Protocol):
    """Where units are judged; their results are found among the course's `Results`."""

    def events(self) -> Iterator[Event]:
        """Yield what happens until every unit is done. Raises FarmError."""
        ...

    def close(self) -> None:
        """Stop judging, and end every process."""
        ...


def workers() -> int:
    """Return how many workers suit this machine."""
    return PER_CORE * len(os.sched_getaffinity(0))


def judged(
    data: bytes,
    submission: Submission,
    assignment: str,
    secret: str | None = None,
    process: Callable[[bytes], Ended] = fresh,
    *,
    alone: bool,
) -> Verdict:
    """Judge a notebook, and leave out what only the reading of it gave: others share the result."""
    verdict = judge(data, assignment, secret, process, alone=alone)
    release = chapter(assignment, submission.language)
    found = (*submission.notes, *place(submission.cells, release).notes)
    of_the_file = {note.in_(submission.language) for note in found}
    notes = tuple(note for note in verdict.notes if note not in of_the_file)
    return replace(verdict, notes=notes)


class LocalFarm:
    """Judges on this machine; to be made only while this process has no threads."""

    def __init__(
        self, units: Sequence[Unit], version: str, workers: int, *, anew: bool = False
    ) -> None:
        """Begin. anew: judge also what has a result."""
        judge_one = partial(_judge_one, version, anew)
        self._fork = Fork(lambda _, send: _farm(units, workers, judge_one, send))

    def events(self) -> Iterator[Event]:
        """Yield what happens until every unit is done. Raises FarmError."""
        began = b""
        with select.epoll() as poll:
            poll.register(self._fork.fileno(), select.EPOLLIN)
            while True:
                if not poll.poll(TICK_S):
                    yield Event("waiting")
                    continue
                part = self._fork.read()
                if not part:
                    break
                *lines, began = (began + part).split(b"\n")
                for line in lines:
                    yield Event(**json.loads(line))
        ended = self._fork.end()
        if ended.code != 0:
            raise FarmError(f"Judging has stopped: {ended.last_words()}. Run the command again.")

    def close(self) -> None:
        """Stop judging, and end every process."""
        self._fork.end()


# -- in the warm process --------------------------------------------------------------------

JudgeOne = Callable[[Unit, bool, Callable[[bytes], None]], None]
Send = Callable[[bytes], None]


def _farm(units: Sequence[Unit], workers: int, judge_one: JudgeOne, send: Send) -> None:
    def tell(event: Event) -> None:
        send(json.dumps(asdict(event)).encode() + b"\n")

    try:
        for assignment in {unit.assignment for unit in units}:
            warm_up(assignment)
    except Unjudgeable as error:
        tell(Event("unable", why=str(error)))
        return
    waiting = list(reversed(units))
    again: list[Unit] = []  # without a result, which was perhaps the others' doing: last and alone
    alone = False
    running: dict[int, tuple[Unit, Fork]] = {}
    with select.epoll() as poll:
        while waiting or running or again:
            if not waiting and not running:
                waiting, again, workers, alone = again, [], 1, True
            while waiting and len(running) < workers:
                unit = waiting.pop()
                tell(Event("started", unit.student))
                work = partial(_with_no_question, partial(judge_one, unit, alone))
                fork = Fork(work, b"", UNIT_S)
                running[fork.fileno()] = unit, fork
                poll.register(fork.fileno(), select.EPOLLIN)
            for descriptor in _over(poll, running):
                poll.unregister(descriptor)
                unit, fork = running.pop(descriptor)
                event = _event(unit, fork.end())
                if event.kind == "refused" and not alone:
                    again.append(unit)
                else:
                    tell(event)


def _with_no_question(work: Callable[[Send], None], question: bytes, answer: Send) -> None:
    work(answer)


def _over(poll: select.epoll, running: dict[int, tuple[Unit, Fork]]) -> Iterable[int]:
    """Return the descriptors of forks that have answered or run out of time."""
    deadlines = [fork.deadline or 0.0 for _, fork in running.values()]
    ready = poll.poll(max(0.0, min(deadlines) - time.monotonic()))
    over = {descriptor for descriptor, _ in ready if not running[descriptor][1].read()}
    now = time.monotonic()
    return over | {fd for fd, (_, fork) in running.items() if (fork.deadline or now) <= now}


def _event(unit: Unit, ended: Ended) -> Event:
    said = ended.said.strip()[-_MOST_SAID:]
    if ended.code is None:
        why = f"Judging it did not end within {UNIT_S:g} s: report this."
        return Event("refused", unit.student, why, said)
    if ended.code < 0:
        why = f"The process that judged it was lost: {ended.last_words()}."
        return Event("refused", unit.student, why, said)
    if ended.code > 0:
        return Event("open", unit.student, said=said)
    answer = json.loads(ended.output)
    return Event(answer["kind"], unit.student, answer["why"], said)


def _judge_one(version: str, anew: bool, unit: Unit, alone: bool, answer: Send) -> None:
    """Find or make the result of one unit, in a process of its own."""
    kind, why = "judged", ""
    results = Results()
    data = content(unit.notebook)
    submission = read(data)
    name = key(submission, unit.assignment, version)
    if anew or results.get(name, unit.assignment) is None:
        try:
            found = judged(data, submission, unit.assignment, process=forked, alone=alone)
            results.put(name, found)
        except Unjudgeable as error:
            kind, why = "refused", str(error)
    answer(json.dumps({"kind": kind, "why": why}).encode())
