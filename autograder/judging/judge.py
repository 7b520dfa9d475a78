"""One submission in, one report out: `judge`.

The judging runs in a disposable process with a user and network namespace of its own, which
starts the sandbox; nothing of a submission is looked at in the caller's process. Rules whose
graded draw failed are run again with the public draw, in a new sandbox that has never seen
the graded one: that is what the report shows. Of the graded run it says no more than what
passed: what is noted of cells that cannot be loaded comes from before the first draw, or from the
public run.
"""

import base64
import contextlib
import ctypes
import fcntl
import json
import os
import socket
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from autograder.clock import CLOCK
from autograder.deadlines import END_S, JUDGE_S, SUBMISSION_S
from autograder.exercise import Exercise, Report
from autograder.judging.draws import course_secret, fingerprint, secret_draw
from autograder.judging.follow_through import followed
from autograder.judging.run_rules import ALWAYS_LATE, run
from autograder.learner.program import Program
from autograder.notebooks.chapter import chapter
from autograder.notebooks.placing import loadable, place
from autograder.notebooks.submission import read
from autograder.report.parts import without_draw
from autograder.report.text import rule_verdict
from autograder.rules import exercises
from autograder.sandbox.bubblewrap import Sandbox, Unjudgeable, missing, refusal
from autograder.sandbox.throwaway import Ended, die_with, in_fork, in_new_process
from autograder.text.misconceptions import catalogue
from autograder.text.story import Kind
from autograder.verdict import ExerciseVerdict, RuleVerdict, Verdict

__all__ = ["NoResult", "Unjudgeable", "forked", "fresh", "judge", "warm_up"]

_SLOW_MODULES = ("asyncio", "http.server", "ssl", "subprocess", "urllib.request")
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # unshare(2)
_SIOCSIFFLAGS = 0x8914  # netdevice(7)
_IFF_UP_RUNNING = 0x41

Job = dict[str, Any]


class NoResult(Unjudgeable):
    """Nothing was found out, and not by the submission's doing as far as can be seen: judged
    again, alone, it may have a result."""


def fresh(question: bytes) -> Ended:
    """Answer in a new interpreter: the way for whoever judges a single notebook."""
    return in_new_process("autograder.judging.judge", question, JUDGE_S)


def forked(question: bytes) -> Ended:
    """Answer in a fork of this process, which must have no threads: see `warm_up`."""
    return in_fork(lambda job, send: send(_answer(job)), question, JUDGE_S)


def judge(
    notebook: bytes,
    assignment: str,
    secret: str | None = None,
    process: Callable[[bytes], Ended] = fresh,
    *,
    alone: bool = False,
) -> Verdict:
    """Judge a submitted notebook in a disposable process; store nothing.

    secret is the course's own if it is None; "" stands for the public draw. alone: nothing else
    is judged meanwhile, so what was not done in time counts as it is.

    Raises Unjudgeable where the machine cannot judge, NoResult where it could not now, LookupError
    if assignment is no built chapter.
    """
    chapter(assignment)
    if (why := missing()) is not None:
        raise Unjudgeable(why)
    if secret is None:
        secret = course_secret()
    job = {
        "notebook": base64.b64encode(notebook).decode(),
        "assignment": assignment,
        "seconds": SUBMISSION_S,
        "alone": alone,
    }
    verdict, seconds = _in_process({**job, "secret": secret, "only": None}, process)
    _refuse_our_faults(verdict)
    if not secret:
        return verdict
    return _explained(verdict, {**job, "seconds": SUBMISSION_S - seconds}, process)


def warm_up(assignment: str) -> None:
    """Load what every judgement of an assignment needs, for forks of this process to have.

    Raises LookupError if assignment is no built chapter, Unjudgeable as `judge` does.
    """
    if (why := missing()) is not None:
        raise Unjudgeable(why)
    exercises(chapter(assignment).name)
    catalogue()


def _refuse_our_faults(verdict: Verdict) -> None:
    """Give no grade where a rule broke: neither would be right, its points or their loss."""
    for exercise in verdict.exercises:
        for rule in exercise.rules:
            if rule.outcome == Kind.OUR_FAULT:
                raise NoResult(
                    f"GraderError: the rule {rule.id} of {exercise.id} broke on this "
                    "submission, so it was not graded. That is our fault: report it with the "
                    "messages above."
                )


_WITH_STORY = (Kind.FAILED, Kind.LATE, Kind.UNWRITTEN)


def _explained(verdict: Verdict, job: Job, process: Callable[[bytes], Ended]) -> Verdict:
    """Let the public draw tell the story of what failed."""
    failed = [
        [exercise.id, rule.id]
        for exercise in verdict.exercises
        for rule in exercise.rules
        if rule.outcome in _WITH_STORY
    ]
    if not failed:
        return verdict
    public, _ = _in_process({**job, "secret": "", "only": failed, "alone": True}, process)
    stories = {
        (exercise.id, rule.id): rule
        for exercise in public.exercises
        for rule in exercise.rules
        if rule.outcome in _WITH_STORY
    }

    def told(exercise: ExerciseVerdict, rule: RuleVerdict) -> RuleVerdict:
        story = stories.get((exercise.id, rule.id))
        if story is None or rule.outcome not in _WITH_STORY:
            return rule
        return replace(
            rule, message=story.message, misconception=story.misconception, told=story.told
        )

    return replace(
        verdict,
        notes=tuple(dict.fromkeys((*verdict.notes, *public.notes))),
        exercises=tuple(
            replace(exercise, rules=tuple(told(exercise, rule) for rule in exercise.rules))
            for exercise in verdict.exercises
        ),
    )


def _in_process(job: Job, process: Callable[[bytes], Ended]) -> tuple[Verdict, float]:
    """Return the verdict, and the seconds that its rules took."""
    ended = process(json.dumps(job).encode())
    for line in ended.said.splitlines():
        print(line, file=sys.stderr)  # GraderErrors: loud, and ours
    if ended.code is None:
        raise NoResult(f"The judge did not end within {JUDGE_S:g} s: report this.")
    if ended.code != 0:
        raise NoResult(f"The judge ended without a grade: {ended.last_words()}")
    answer = json.loads(ended.output)
    if "refused" in answer:
        raise Unjudgeable(answer["refused"])
    if "late" in answer:
        raise NoResult(answer["late"])
    return Verdict.from_dict(answer["verdict"]), float(answer["seconds"])


# -- in the disposable process --------------------------------------------------------------


def _main() -> None:
    sys.stdout.buffer.write(_answer(sys.stdin.buffer.read()))
    sys.stdout.flush()
    os._exit(0)


def _answer(question: bytes) -> bytes:
    parent = os.getppid()
    try:
        _own_namespaces()
        die_with(parent)
        CLOCK.ends_at(time.monotonic() + END_S)
        began = CLOCK.after(0)
        verdict = _judged(json.loads(question)).to_dict()
        answer: dict[str, Any] = {"verdict": verdict, "seconds": CLOCK.now() - began}
    except NoResult as error:
        answer = {"late": str(error)}
    except Unjudgeable as error:
        answer = {"refused": str(error)}
    return json.dumps(answer).encode()


def _judged(job: Job) -> Verdict:
    until = CLOCK.after(job["seconds"])
    submission = read(base64.b64decode(job["notebook"]))
    release = chapter(job["assignment"], submission.language)
    placement_notes = place(submission.cells, release).notes
    loaded = loadable(submission.cells, release)
    # What takes long to import is there if it may be wanted: every exercise would import it.
    wanted = [name for name in _SLOW_MODULES if any(name in cell.source for cell in loaded)]
    sandbox = Sandbox(wanted)
    try:
        program = Program(loaded, sandbox.guest)
        _load_once(program, exercises(release.name)[0])
        before_any_draw = tuple(program.notes)
        reports = [
            run(
                exercise,
                program,
                secret_draw(exercise, job["secret"]),
                _wanted(exercise, job["only"]),
                until,
                shrink=_shrinks(exercise, job),
            )
            for exercise in exercises(release.name)
        ]
        reports, put_right = followed(
            reports,
            loaded,
            lambda them: Program(them, sandbox.guest),
            lambda exercise: secret_draw(exercise, job["secret"]),
            until,
            shrink=not job["secret"] and job["only"] is None,
        )
    finally:
        sandbox.close()
    if not job["alone"]:
        _refuse_lateness(reports)
    _refuse_unrun(reports)
    public = not job["secret"]
    if job["only"] is not None:
        put_right = []  # the graded run has said it
    # Later a cell may live or die by what it found of a graded draw: in TIME_WAIT, in a counter.
    of_cells = tuple(program.notes) if public else before_any_draw
    notes = [
        note.in_(submission.language)
        for note in (*submission.notes, *placement_notes, *of_cells, *put_right)
    ]
    return Verdict(
        release.name,
        round(sum(report.score for report in reports), 2),
        sum(report.exercise.points for report in reports),
        tuple(dict.fromkeys(notes)),
        fingerprint(job["secret"]),
        tuple(_on_exercise(report, submission.language, public=public) for report in reports),
    )


def _load_once(program: Program, exercise: Exercise) -> None:
    """Load the cells before any rule has drawn; the first rule gets a copy of what that made."""
    with contextlib.suppress(Exception):  # whatever is wrong, the first rule meets and tells it
        program.process(exercise.names).kill()


def _refuse_lateness(reports: list[Report]) -> None:
    """Give no result where the machine had no time for one, unless nobody else was to blame."""
    late = any(o.remark == ALWAYS_LATE for report in reports for o in report.outcomes)
    if CLOCK.ended or late:
        raise NoResult("No result: the machine had too much else to do meanwhile.")


def _refuse_unrun(reports: list[Report]) -> None:
    """Give no grade where a rule could not run: practice does without it, a grade cannot."""
    for outcome in (outcome for report in reports for outcome in report.outcomes):
        if outcome.kind == Kind.NOT_RUN_HERE and outcome.remark is not None:
            raise Unjudgeable(outcome.remark.en)


def _on_exercise(report: Report, language: str, *, public: bool) -> ExerciseVerdict:
    exercise = report.exercise
    outcomes = report.outcomes if public else map(without_draw, report.outcomes)
    rules = tuple(rule_verdict(outcome, exercise, language) for outcome in outcomes)
    return ExerciseVerdict(exercise.id, exercise.points, report.score, rules)


def _wanted(exercise: Exercise, only: list[list[str]] | None) -> frozenset[str] | None:
    if only is None:
        return None
    return frozenset(rule for id, rule in only if id == exercise.id)


def _shrinks(exercise: Exercise, job: Job) -> bool:
    """Tell whether the smallest networks are looked for: where all rules are run, in public."""
    wanted = _wanted(exercise, job["only"])
    return not job["secret"] and (wanted is None or len(wanted) == len(exercise.rules))


def _own_namespaces() -> None:
    """Leave the machine's network for one that holds nothing but loopback."""
    user, group = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        raise Unjudgeable(refusal(os.strerror(ctypes.get_errno())))
    for name, content in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(content)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        request = struct.pack("16sh", b"lo", _IFF_UP_RUNNING)
        fcntl.ioctl(sock, _SIOCSIFFLAGS, request)


if __name__ == "__main__":
    _main()
