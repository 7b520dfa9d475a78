"""The command `autograder`: build, validate and check chapters, show progress, grade a class.

Each sub-command loads only what it needs. Exit codes: 0, all is well; 1, something is wrong with
the course; 2, the command could not do its work. `check` returns 0 for a notebook that has all
points, or --min-score of them, 1 for one that has fewer, 2 for one that it could not judge, 3 if
the machine had no time for it.
"""

import argparse
import json
import math
import signal
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.verdict import Verdict

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one sub-command and return its exit code."""
    options = _parser().parse_args(arguments)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Whoever starts us may ignore interrupts (nohup, cron), and children inherit that; but who
        # sends one means it, and every moment is a good one to stop.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # Chinese, whatever the locale
    command = {
        "build": _build,
        "validate": _validate,
        "mutate": _mutate,
        "check": _check,
        "progress": _progress,
        "init-course": _init_course,
        "grade": _grade,
    }[options.command]
    return command(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="autograder", description="The course's own commands.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    build = commands.add_parser("build", help="make the notebooks of chapters from their sources")
    build.add_argument("chapters", nargs="*", metavar="CHAPTER", help="ch04 or ch04_udp (all)")
    how = build.add_mutually_exclusive_group()
    how.add_argument("--check", action="store_true", help="change nothing; fail if it would")
    how.add_argument(
        "--stamp", action="store_true", help="first mark all translations as up to date"
    )
    build.add_argument(
        "--force", action="store_true", help="execute the solved notebooks again in any case"
    )

    validate = commands.add_parser("validate", help="prove that chapters judge right")
    validate.add_argument("chapters", nargs="*", metavar="CHAPTER", help="ch04 or ch04_udp (all)")
    validate.add_argument(
        "--update-golden", action="store_true", help="write the wrong programs' reports anew"
    )

    mutate = commands.add_parser("mutate", help="find what the rules of chapters do not see")
    mutate.add_argument("chapters", nargs="*", metavar="CHAPTER", help="ch04 or ch04_udp (all)")
    mutate.add_argument("--exercise", default="", metavar="E", help="request or ch04/request (all)")
    mutate.add_argument("--sample", type=_count, metavar="N", help="try so many of a chapter (all)")
    mutate.add_argument("--seed", metavar="S", help="of the sample (the commit)")
    mutate.add_argument("--list", action="store_true", help="list the mutants and try none")

    check = commands.add_parser("check", help="judge one notebook; nothing is stored")
    check.add_argument("notebook", type=Path, metavar="FILE.ipynb")
    check.add_argument("--json", action="store_true", help="print the result as JSON")
    check.add_argument("--chapter", metavar="CHAPTER", help="ch04 or ch04_udp (what it says)")
    check.add_argument(
        "--min-score", type=_points, metavar="P", help="fewer points make the exit code 1 (all)"
    )
    check.add_argument("--language", choices=("en", "zh"), help="of the report (the notebook's)")

    progress = commands.add_parser("progress", help="show how far your own practice is")
    progress.add_argument("--language", choices=("en", "zh"), default="en", help="of the map (en)")

    commands.add_parser("init-course", help="make a fresh clone ready to grade")

    grade = commands.add_parser("grade", help="judge submissions into the gradebook")
    grade.add_argument("assignment", metavar="ASSIGNMENT", help="ch04_udp or ch04")
    grade.add_argument("--student", metavar="S", help="the submission of one student (all)")
    grade.add_argument("--workers", type=_count, metavar="N", help="judge so many at once")
    grade.add_argument("--force", action="store_true", help="also what has not changed")
    grade.add_argument("--dask", metavar="ADDRESS", help="judge on a Dask cluster")
    return parser


def _build(options: argparse.Namespace) -> int:
    from autograder.authoring import catalogue
    from autograder.authoring.build import UnknownChapter, build, chapters, renew_page, stamp_all
    from autograder.authoring.release import ReleaseError
    from autograder.exercise import RuleError
    from autograder.notebooks.chapter import ROOT

    try:
        paths = chapters(ROOT, options.chapters)
        if options.stamp:
            for stamped in stamp_all(paths, ROOT):
                print(f"stamped {stamped}")
        built = build(
            paths, ROOT, check=options.check, force=options.force, say=lambda line: print(line)
        )
        page = catalogue.page
        pages = renew_page(page, "catalogue", ROOT, write=not options.check) if paths else []
    except (UnknownChapter, ReleaseError, RuleError) as error:
        return _unable(error)
    changed = (*built.changed, *pages)
    for problem in built.problems:
        print(problem, file=sys.stderr)
    for warning in built.warnings:
        print(f"{warning} (English stands in.)", file=sys.stderr)
    for file in changed:
        print(f"{file} would change: run `autograder build`" if options.check else f"wrote {file}")
    if not (built.problems or changed):
        print("Nothing changed." if paths else "There is no chapter in solutions/ yet.")
    return int(bool(built.problems or (options.check and changed)))


def _validate(options: argparse.Namespace) -> int:
    from autograder.authoring.build import UnknownChapter, chapters
    from autograder.authoring.release import ReleaseError
    from autograder.authoring.validate import validate
    from autograder.exercise import RuleError
    from autograder.notebooks.chapter import ROOT

    passed = failed = 0
    try:
        paths = chapters(ROOT, options.chapters)
        for line in validate(paths, ROOT, update_golden=options.update_golden):
            print(line, flush=True)
            passed, failed = passed + line.passed, failed + (not line.passed)
    except (UnknownChapter, ReleaseError, RuleError) as error:
        return _unable(error)
    print(f"{passed} ok, {failed} failed")
    return int(failed > 0)


def _mutate(options: argparse.Namespace) -> int:
    from autograder.authoring.build import UnknownChapter, chapters
    from autograder.authoring.mutate import commit, mutants_of, mutate
    from autograder.exercise import RuleError
    from autograder.notebooks.chapter import ROOT
    from autograder.rules import UnknownExercise

    failed = 0
    try:
        paths = chapters(ROOT, options.chapters)
        if options.list:
            for _, trials in mutants_of(paths, ROOT, options.exercise):
                print("\n".join(map(str, trials)))
            return 0
        seed = commit(ROOT) if options.seed is None else options.seed
        for line in mutate(paths, ROOT, options.exercise, sample=options.sample, seed=seed):
            print(line, flush=True)
            failed += not line.passed
    except (UnknownChapter, UnknownExercise, RuleError) as error:
        return _unable(error)
    return int(failed > 0)


def _check(options: argparse.Namespace) -> int:
    from autograder.judging.judge import NoResult, Unjudgeable, judge
    from autograder.notebooks.submission import read, said_by

    path: Path = options.notebook
    if not path.is_file():
        return _unable(f"{path} is not a file. Name a notebook, such as ch04_udp.ipynb.")
    notebook = path.read_bytes()
    said, language = said_by(notebook)
    chapter = options.chapter or said
    try:
        verdict = judge(notebook, chapter or path.stem.partition(" ")[0])  # "ch04_udp (1)"
    except LookupError as error:
        unknown = f"{path} does not say of which chapter it is: add --chapter ch04 or another."
        return _unable(error if chapter else unknown)
    except NoResult as error:
        _unable(f"{error} Nothing is wrong with {path} because of that: run this again.")
        return NO_RESULT
    except Unjudgeable as error:
        return _unable(error)
    if options.json:
        print(json.dumps(verdict.to_dict(), ensure_ascii=False, indent=2))
    else:
        print(_report(verdict, options.language or language, read(notebook).unreadable is None))
    least = verdict.points if options.min_score is None else options.min_score
    return int(verdict.score < least)


def _report(verdict: "Verdict", language: str, readable: bool) -> str:
    from autograder.report.text import text

    # Of what could not be read the notes say why, and the exercises only that they are empty.
    parts = [text(exercise, language) for exercise in verdict.exercises if readable]
    parts += ["\n".join(verdict.notes)] if verdict.notes else []
    total = {"en": "{} of {} points", "zh": "得 {} / {} 分"}[language]
    parts.append(f"{verdict.assignment}: {total.format(verdict.score, verdict.points)}")
    return "\n\n".join(part.strip("\n") for part in parts)


def _progress(options: argparse.Namespace) -> int:
    from autograder.way.course_map import course_map

    print(course_map(options.language))
    return 0


def _init_course(options: argparse.Namespace) -> int:
    from autograder.authoring.build import SourceError
    from autograder.grading.course import CourseError, init

    try:
        stale = init()
    except SourceError as error:
        print(error, file=sys.stderr)
        return 1
    except CourseError as error:
        return _unable(error)
    return int(bool(stale))


def _grade(options: argparse.Namespace) -> int:
    from autograder.grading.grade import CannotGrade, grade
    from netlib.columns import clean

    farm = None
    if options.dask:
        from autograder.grading.dask_farm import DaskFarm

        farm = partial(DaskFarm, address=options.dask, anew=options.force)
    began = time.monotonic()
    try:
        done = grade(
            options.assignment,
            options.student,
            workers=options.workers,
            anew=options.force,
            farm=farm,
        )
    except CannotGrade as error:
        return _unable(error)
    except KeyboardInterrupt:
        return _unable("stopped. The same command goes on where this one was.")
    counts = (
        f"{len(done.graded)} graded, {len(done.unchanged)} unchanged, {len(done.failed)} failed"
    )
    print(f"{counts} in {time.monotonic() - began:.1f} s")
    for student, why in (*done.failed.items(), *done.unread.items()):
        print(clean(f"  {student}: {why}"))
    return int(bool(done.failed))


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of 1 or more")
    return int(text)


def _points(text: str) -> float:
    try:
        points = float(text)
    except ValueError:
        points = math.nan
    if not math.isfinite(points):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of points")
    return points


NO_RESULT = 3  # the exit code where the machine had no time


def _unable(reason: object) -> int:
    print(f"autograder: {reason}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
