"""Proof that a chapter judges right: its reference passes, its release and its wrong programs fail.

A wrong program is a mistake that learners make, in tests/submissions/<exercise>/<mistake>.py.
Its first line declares the misconception (`# misconception: UDP-05`), or several, or `none`; the
rest takes the place of the reference's solution. It must fail, say so by the first of them, and
cite no other. It must report what stands in the golden file beside it, <mistake>.txt: a report
that learners read changes only on purpose.
Programs in right/ beside them are other right solutions: they must pass.
"""

import ast
import difflib
import json
import multiprocessing
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from autograder.authoring.build import build, exercises_of, release_path
from autograder.authoring.lint import Catalogue, right_programs, wrong_programs
from autograder.authoring.source import LANGUAGES, Source, read
from autograder.authoring.survivors import written_down
from autograder.exercise import Report
from autograder.guest.loading import LoadCell
from autograder.report.text import report_text
from autograder.text.story import Kind

__all__ = ["Line", "solved", "validate"]

_DECLARED = re.compile(r"# misconception: (none|[A-Z]{3}-\d{2}(?:, [A-Z]{3}-\d{2})*)\s*")


Runner = Callable[[str, list[LoadCell]], Report]
"""Judges one exercise of a notebook given as its cells, as `judging.practice.run` does."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at, and what was seen."""

    passed: bool
    subject: str
    sentence: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.passed else 'FAIL'}  {self.subject}: {self.sentence}"


Look = Callable[[], Line]


def validate(
    paths: Sequence[Path],
    root: Path,
    *,
    update_golden: bool = False,
    catalogue: Catalogue = exercises_of,
    run: Runner | None = None,
) -> Iterator[Line]:
    """Look at everything that must hold of chapters, line by line.

    With update_golden the reports of wrong programs that fail for their reason are written as
    their golden files instead of being compared with them.
    """
    built = build(paths, root, check=True, catalogue=catalogue)
    sources = [read(path, root) for path in paths]
    for problem in built.problems:
        yield Line(False, f"{problem.file}:{problem.line}", problem.sentence)
    for file in built.changed:
        yield Line(False, file, "It is out of step with its source. Run `autograder build`.")
    broken = {problem.file for problem in built.problems if not problem.translation}
    named = {Path(file).stem for file in built.changed}
    named |= {Path(problem.file).stem for problem in built.problems}
    for source in sources:
        if source.file in broken:
            continue  # what follows would only repeat it
        if source.name not in named:
            yield Line(True, source.name, "source, translation and notebooks are in step")
        chapter = _Chapter(source, root, run or _practice(), update_golden)
        yield from chapter.ids()
        exercises = [exercise.id for exercise in catalogue(source.chapter)]
        looks = [look for exercise in exercises for look in chapter.looks(exercise)]
        yield from (look() for look in looks) if run else _side_by_side(looks)
        yield from chapter.strays(exercises)
        yield from chapter.survivors()


def _practice() -> Runner:
    from autograder.judging.practice import run  # loads everything that judges

    return run


_looks: list[Look] = []


_FEW = 20  # failures that may be due to a busy machine


def _side_by_side(looks: list[Look]) -> Iterator[Line]:
    """Yield what each look sees. The few that fail are looked at again, one by one: programs
    that wait side by side may have kept each other waiting."""
    _looks[:] = looks  # forked workers have them so; they could not be sent
    failed: list[tuple[int, Line]] = []
    with multiprocessing.get_context("fork").Pool((os.cpu_count() or 1) + 1) as pool:
        for number, line in enumerate(pool.imap(_look, range(len(looks)))):
            if line.passed:
                yield line
            else:
                failed.append((number, line))
    with multiprocessing.get_context("fork").Pool(1) as alone:
        for number, line in failed:
            again = alone.apply(_look, (number,)) if len(failed) <= _FEW else line
            said = (
                f"{again.sentence} (alone, at the second look)" if again.passed else line.sentence
            )
            yield Line(again.passed, line.subject, said)


def _look(number: int) -> Line:
    return _looks[number]()


@dataclass(frozen=True, slots=True)
class _Chapter:
    source: Source
    root: Path
    run: Runner
    update_golden: bool

    def ids(self) -> Iterator[Line]:
        ids = {language: [cell["id"] for cell in self._cells(language)] for language in LANGUAGES}
        if ids["en"] != ids["zh"]:
            yield Line(False, self.source.name, "The English and Chinese cells have other ids.")

    def looks(self, exercise: str) -> Iterator[Look]:
        yield partial(self._unsolved, exercise)
        yield partial(self._solved, exercise)
        for program in wrong_programs(self.root, exercise):
            yield partial(self._wrong, exercise, program)
        for program in right_programs(self.root, exercise):
            yield partial(self._right, exercise, program)

    def strays(self, known: list[str]) -> Iterator[Line]:
        """Goldens without a program, and folders that no exercise owns, judge nothing."""
        folder = self.root / "tests" / "submissions"
        for path in sorted((folder / self.source.chapter).glob("[!_.]*/")):
            if path.relative_to(folder).as_posix() not in known:
                yield Line(False, self._name(path), "No exercise of the chapter has this name.")
        for exercise in known:
            for golden in sorted((folder / exercise).glob("*.txt")):
                if not golden.with_suffix(".py").exists():
                    yield Line(False, self._name(golden), "It has no program beside it: delete it.")

    def survivors(self) -> Iterator[Line]:
        """Say how many mutants are known to get full points; `autograder mutate` proves it."""
        try:
            file, entries = written_down(self.root, self.source.chapter)
        except ValueError as error:
            yield Line(False, self.source.name, str(error))
            return
        if entries:
            sentence = f"{len(entries)} changes that no rule refuses have their reasons"
            yield Line(True, file, sentence)

    def _unsolved(self, exercise: str) -> Line:
        cells = self._release("en")
        for cell in cells:
            try:
                ast.parse(cell.source)
            except SyntaxError:
                sentence = (
                    f"Python cannot read the release's {cell.label!r}: are the marks indented?"
                )
                return Line(False, exercise, sentence)
        report = self._judge(exercise, cells)
        if isinstance(report, Line):
            return report
        kinds = sorted({outcome.kind for outcome in report.outcomes})
        if set(kinds) - {Kind.NOT_RUN_HERE} == {Kind.UNWRITTEN}:
            return Line(True, exercise, "the release fails, because it is not solved yet")
        sentence = f"The release should fail as not solved yet; its rules are: {', '.join(kinds)}."
        return Line(False, exercise, sentence)

    def _solved(self, exercise: str) -> Line:
        report = self._judge(exercise, solved(self.source))
        if isinstance(report, Line):
            return report
        if not report.passed:
            return Line(False, exercise, f"The reference fails:\n{_indented(report_text(report))}")
        away = _not_here(report)
        sentence = f"the reference passes {len(report.outcomes)} rules"
        return Line(True, exercise, f"{sentence}, but {away} cannot run here" if away else sentence)

    def _right(self, exercise: str, program: Path) -> Line:
        text = program.read_text(encoding="utf-8")
        report = self._judge(exercise, solved(self.source, {exercise: text}))
        if isinstance(report, Line):
            return Line(False, self._name(program), report.sentence)
        if report.passed:
            return Line(True, self._name(program), "passes, as it should")
        sentence = f"It is right, and fails:\n{_indented(report_text(report))}"
        return Line(False, self._name(program), sentence)

    def _wrong(self, exercise: str, program: Path) -> Line:
        name, text = self._name(program), program.read_text(encoding="utf-8")
        declared = _DECLARED.match(text)
        if declared is None:
            sentence = (
                "Its first line must be its misconception, as in `# misconception: UDP-05`, "
                "or `# misconception: none`."
            )
            return Line(False, name, sentence)
        report = self._judge(exercise, solved(self.source, {exercise: text}))
        if isinstance(report, Line):
            return Line(False, name, report.sentence)
        shown = report_text(report).rstrip("\n") + "\n"
        if away := _not_here(report):  # what this machine cannot run cannot fail, either
            return Line(True, name, f"not tried here: {away} cannot run on this machine")
        if report.passed:
            return Line(False, name, "It passes, and should fail: no rule sees its mistake.")
        ids = [] if declared[1] == "none" else declared[1].split(", ")
        if ids and not re.search(rf"\b{ids[0]}\b", shown):
            sentence = f"It fails for another reason than {ids[0]}:\n{_indented(shown)}"
            return Line(False, name, sentence)
        cited = {outcome.misconception for outcome in report.outcomes}
        if others := sorted(id for id in cited - {None, *ids} if id):
            sentence = f"It declares {declared[1]}, and its rules cite {', '.join(others)}, too."
            return Line(False, name, sentence)
        reason = "no misconception" if declared[1] == "none" else declared[1]
        return self._golden(program.with_suffix(".txt"), shown, name, reason)

    def _golden(self, golden: Path, shown: str, name: str, reason: str) -> Line:
        before = golden.read_text(encoding="utf-8") if golden.exists() else None
        if before is not None and _steady(before) == _steady(shown):
            return Line(True, name, f"fails with {reason}")
        if self.update_golden:
            golden.write_text(shown, encoding="utf-8")
            return Line(True, name, f"fails with {reason}; its golden report is renewed")
        look = "Look at the report, then run `autograder validate --update-golden`."
        if before is None:
            return Line(False, name, f"It has no golden report. {look}\n{_indented(shown)}")
        lines = difflib.unified_diff(
            before.splitlines(), shown.splitlines(), "golden", "now", lineterm=""
        )
        difference = _indented("\n".join(lines))
        return Line(False, name, f"Its report is not its golden one. {look}\n{difference}")

    def _judge(self, exercise: str, cells: list[LoadCell]) -> Report | Line:
        try:
            report = self.run(exercise, cells)
        except Exception as error:  # one broken rule must not hide what the others say
            return Line(False, exercise, f"The judge broke: {type(error).__name__}: {error}")
        if any(outcome.kind == Kind.OUR_FAULT for outcome in report.outcomes):
            sentence = f"A rule broke, by our own fault:\n{_indented(report_text(report))}"
            return Line(False, exercise, sentence)
        return report

    def _release(self, language: str) -> list[LoadCell]:
        """Return what a learner is given, as the release notebook on disk has it."""
        return [
            LoadCell(cell["id"], "".join(cell["source"]), whole=True)
            for cell in self._cells(language)
            if cell["metadata"].get("live_sockets", {}).get("role") in ("setup", "solution")
        ]

    def _cells(self, language: str) -> list[dict[str, Any]]:
        path = release_path(self.root, self.source.name, language)
        if not path.is_file():
            return []  # that the file is missing was said already
        cells: list[dict[str, Any]] = json.loads(path.read_bytes())["cells"]
        return cells

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def solved(source: Source, instead: dict[str, str] | None = None) -> list[LoadCell]:
    """Return the given code and the solutions, those of some exercises replaced by a program."""
    return [
        LoadCell(cell.id, (instead or {}).get(cell.exercise or "", cell.source), whole=True)
        for cell in source.cells
        if cell.role in ("setup", "solution")
    ]


def _steady(report: str) -> str:
    """Return a report without how many rules passed, or failed alike: where some fail slowly,
    that is how many there was time for."""
    scored = r"^  (\S+:) [\d.]+ of ([\d.]+) points? \(\d+ of (\d+ rules?)[^)]*\)"
    return re.sub(scored, r"  \1 \2 points, \3", report, flags=re.MULTILINE)


def _not_here(report: Report) -> str:
    """Return how many rules this machine cannot run, in words; "" if none."""
    count = sum(outcome.kind == Kind.NOT_RUN_HERE for outcome in report.outcomes)
    return f"{count} rule{'s' if count > 1 else ''}" if count else ""


def _indented(text: str) -> str:
    return "\n".join(f"      {line}".rstrip() for line in text.splitlines())
