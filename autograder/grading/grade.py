"""Grades a class: judges what has changed, all at once, and lets nbgrader store it, one by one.

There is one writer. A submission is done when its grades are in the gradebook, its notebook in
`autograded/` and a note of both in the journal; so the command may be killed at any moment and
started again.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from autograder.grading.farm import Event, Farm, FarmError, LocalFarm, Unit
from autograder.grading.farm import workers as default_workers
from autograder.grading.journal import Busy, Entry, Journal, Lock, fingerprint, tree
from autograder.grading.progress import Progress
from autograder.judging.judge import Unjudgeable
from autograder.judging.results import FOLDER, Results, key, version
from autograder.notebooks.chapter import ROOT, chapter
from autograder.notebooks.files import without_a_grammar
from autograder.notebooks.handed_in import handed_in, settle
from autograder.notebooks.rebuild import unreadable
from autograder.notebooks.submission import read
from autograder.verdict import Verdict
from netlib.columns import clean

if TYPE_CHECKING:
    from autograder.nbgrader_bridge.classroom import Classroom

__all__ = ["CannotGrade", "Graded", "grade"]


class CannotGrade(Exception):
    """The class cannot be graded; the sentence says why and what to do."""


@dataclass(slots=True)
class Graded:
    """What came of a class: students, and for the failed and the unread ones a sentence.

    Attributes:
        unread: graded, but as an empty notebook, because nothing of the file could be read.
    """

    graded: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)


MakeFarm = Callable[[list[Unit], str], Farm]
"""Makes a farm for some units, given the hash of all else that decides a grade."""


def grade(
    assignment: str,
    student: str | None = None,
    *,
    workers: int | None = None,
    anew: bool = False,
    farm: MakeFarm | None = None,
    stream: TextIO = sys.stderr,
) -> Graded:
    """Grade every submission of an assignment that has changed since it was graded.

    anew: all of them, and judge them again. farm makes another farm than this machine.
    Raises CannotGrade.
    """

    def local(units: list[Unit], version: str) -> Farm:
        return LocalFarm(units, version, workers or default_workers(), anew=anew)

    with ExitStack() as stack:
        try:
            name = chapter(assignment).name
            lock = Lock()
            stack.callback(lock.release)
            os.chdir(ROOT)  # where nbgrader finds its configuration
            run = _Run(name, anew)
            units = run.units(student)
            judging = (farm or local)(units, run.version)  # before anything starts a thread
            stack.callback(judging.close)
            classroom = run.open()
            stack.callback(classroom.close)
            run.choose(student, units)
            return run.grade(judging, stream)
        except (Busy, FarmError, LookupError) as error:
            raise CannotGrade(str(error)) from None


class _Run:
    """One run of the command."""

    def __init__(self, assignment: str, anew: bool) -> None:
        self._assignment = assignment
        self._anew = anew
        self._journal = Journal(assignment)
        self._results = Results()
        self._classroom: Classroom
        self._marks: dict[str, str] = {}
        self._handed_in: dict[str, str] = {}
        self._open: dict[str, Path] = {}
        self._refused: dict[str, str] = {}
        self._report = Graded()
        self._configuration = ""
        self.version = version(assignment)

    def units(self, student: str | None) -> list[Unit]:
        """Return what has to be judged, as far as the files alone can tell."""
        notebook = f"{self._assignment}.ipynb"
        units = []
        for owner, folder in handed_in(ROOT / "submitted", self._assignment):
            if student not in (None, owner):
                continue
            if (why := settle(owner, folder)) is not None:
                self._report.failed[clean(owner)] = why
                continue
            self._handed_in[owner] = fingerprint(folder, notebook)
            if not self._is_noted(owner):
                units.append(Unit(owner, folder / notebook, self._assignment))
        return units

    def open(self) -> "Classroom":
        """Open the gradebook."""
        with without_a_grammar():  # that takes longer than to judge a submission
            from autograder.nbgrader_bridge.classroom import Classroom, ClassroomError

        log = ROOT / FOLDER / f"{self._assignment}.log"
        try:
            self._classroom = Classroom(self._assignment, self._look_up, log)
        except ClassroomError as error:
            raise CannotGrade(str(error)) from None
        self._configuration = self._classroom.configuration
        return self._classroom

    def choose(self, student: str | None, units: Iterable[Unit]) -> None:
        """Find out who is to be graded. Raises CannotGrade if nobody is there."""
        self._marks = self._classroom.marks()
        folders = self._classroom.submissions()
        if student is not None:
            folders = {owner: path for owner, path in folders.items() if owner == student}
        if not folders and not self._report.failed:
            who = "anything" if student is None else f"anything of {student}"
            raise CannotGrade(
                f"There is not {who} in submitted/ for {self._assignment}: run `nbgrader collect`."
            )
        to_judge = {unit.student for unit in units}
        for owner, folder in folders.items():
            if owner in to_judge or not self._is_done(owner):
                self._open[owner] = folder
            else:
                self._report.unchanged.append(owner)
                if unread := (self._journal.entry(owner) or {}).get("unread"):
                    self._report.unread[owner] = unread

    def grade(self, farm: Farm, stream: TextIO) -> Graded:
        """Store what the farm finds out, as it comes."""
        progress = Progress(self._assignment, len(self._open), stream)
        try:
            for event in farm.events():
                self._follow(event, progress)
            for owner in list(self._open):  # what the farm was not asked, or could not say
                self._store(owner, progress)
        finally:
            progress.close()
        return self._report

    def _follow(self, event: Event, progress: Progress) -> None:
        if event.kind == "unable":
            raise CannotGrade(event.why)
        if event.kind == "waiting":
            progress.show()
        elif event.kind == "started":
            progress.started(event.student)
        elif event.student in self._open:
            for line in event.said.splitlines():
                progress.say(f"{event.student}: {line}")
            if event.kind == "refused":
                self._refused[event.student] = event.why
            self._store(event.student, progress)

    def _store(self, owner: str, progress: Progress) -> None:
        del self._open[owner]
        self._journal.begin(owner)
        problem = self._classroom.grade(owner)
        if problem is None:
            self._journal.finish(owner, self._entry(owner, self._classroom.marks(owner)))
            self._report.graded.append(owner)
        else:
            self._report.failed[owner] = problem
            progress.say(f"{owner} has no grade: {problem}")
        progress.done(owner)

    def _look_up(self, notebook: Any, owner: str) -> Verdict | None:
        """Return the result of a rebuilt notebook: its step in nbgrader's pipeline asks."""
        if unread := unreadable(notebook):
            self._report.unread[owner] = unread
        if owner in self._refused:
            raise Unjudgeable(self._refused[owner])
        submission = read(json.dumps(notebook).encode())
        with suppress(LookupError):
            name = key(submission, self._assignment, self.version)
            return self._results.get(name, self._assignment)
        return None

    # -- what has changed ---------------------------------------------------------------------

    def _entry(self, owner: str, marks: dict[str, str]) -> Entry:
        return {
            "handed_in": self._handed_in.get(owner, ""),
            "version": self.version,
            "autograded": tree(ROOT / "autograded" / owner / self._assignment),
            "gradebook": marks.get(owner, ""),
            "configuration": self._configuration,
            "unread": self._report.unread.get(owner, ""),
        }

    def _is_noted(self, owner: str) -> bool:
        """Tell whether the journal has just what was handed in, as far as files can tell."""
        noted = self._journal.entry(owner)
        if self._anew or noted is None:
            return False
        unseen = {"gradebook": "", "configuration": "", "unread": ""}
        return {**noted, **unseen} == self._entry(owner, {})

    def _is_done(self, owner: str) -> bool:
        noted = self._journal.entry(owner)
        if self._anew or noted is None:
            return False
        return {**noted, "unread": ""} == self._entry(owner, self._marks)
