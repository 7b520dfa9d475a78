"""One submission in, one report out: `judge`.

The judging runs in a disposable process with a user and network namespace of its own, which
starts the sandbox; nothing of a submission is looked at in the caller's process. Rules whose
graded draw failed are run again with the public draw, in a new sandbox that has never seen
the graded one: that is what the report shows. Of the graded run it says no more than what
passed.
"""

import base64
import ctypes
import fcntl
import hashlib
import hmac
import json
import os
import socket
import struct
import sys
import time
from collections.abc import Callable
from random import Random
from typing import Any

from autograder.exercise import Exercise, Report, Rule, exercises
from autograder.judging.follow_through import followed
from autograder.judging.practice import draw as public_draw
from autograder.judging.run_rules import run
from autograder.learner.calls import PATIENCE
from autograder.learner.program import Cells
from autograder.notebooks.chapter import ROOT, chapter
from autograder.notebooks.placing import loadable
from autograder.notebooks.placing import place as lay_out
from autograder.notebooks.submission import read
from autograder.report.text import rule_result, without_draw
from autograder.sandbox.bubblewrap import Sandbox, Unjudgeable, missing, refusal
from autograder.sandbox.throwaway import Ended, die_with, in_fork, in_new_process
from autograder.text.misconceptions import catalogue
from autograder.text.wording import Text

__all__ = ["SECRET", "Unjudgeable", "course_secret", "forked", "fresh", "judge", "warm_up"]

SECRET = ROOT / ".course_secret"
"""The file that graded draws come from; without it the public draw is used."""

SUBMISSION_S = 20.0 * PATIENCE  # seconds for all exercises of a submission
JUDGE_S = 60.0 * PATIENCE  # seconds after which the judge itself must be broken
_SLOW_MODULES = ("asyncio", "http.server", "ssl", "subprocess", "urllib.request")
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # unshare(2)
_SIOCSIFFLAGS = 0x8914  # netdevice(7)
_IFF_UP_RUNNING = 0x41

Result = dict[str, Any]


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
) -> Result:
    """Judge a submitted notebook in a disposable process; store nothing.

    secret is the course's own if it is None; "" stands for the public draw.

    Returns {"assignment", "score", "points", "notes", "draw", "exercises": [{"id", "points",
    "score", "rules": [{"id", "passed", "outcome", "misconception", "message", "told"}]}]}. draw
    is "public" or the fingerprint of the course secret; told are the parts of the message that
    depend on what happened. Raises Unjudgeable where the machine cannot judge, LookupError if
    assignment is no built chapter.
    """
    chapter(assignment)
    if (why := missing()) is not None:
        raise Unjudgeable(why)
    if secret is None:
        secret = course_secret()
    job = {
        "notebook": base64.b64encode(notebook).decode(),
        "assignment": assignment,
        "until": time.monotonic() + SUBMISSION_S,
    }
    result = _in_process({**job, "secret": secret, "only": None}, process)
    _refuse_our_faults(result)
    if secret:
        _explain(result, job, process)
    return result


def course_secret() -> str:
    """Return what graded draws come from; "" in a course that has no secret."""
    return SECRET.read_text(encoding="ascii").strip() if SECRET.is_file() else ""


def warm_up(assignment: str) -> None:
    """Load what every judgement of an assignment needs, for forks of this process to have.

    Raises LookupError if assignment is no built chapter, Unjudgeable as `judge` does.
    """
    if (why := missing()) is not None:
        raise Unjudgeable(why)
    exercises(chapter(assignment).name)
    catalogue()


def _refuse_our_faults(result: Result) -> None:
    """Give no grade where a rule broke: neither would be right, its points or their loss."""
    for exercise in result["exercises"]:
        for rule in exercise["rules"]:
            if rule["outcome"] == "our fault":
                raise Unjudgeable(
                    f"GraderError: the rule {rule['id']} of {exercise['id']} broke on this "
                    "submission, so it was not graded. That is our fault: report it with the "
                    "messages above."
                )


_TOLD = ("failed", "late", "unwritten")
"""Outcomes that have a story."""


def _explain(result: Result, job: dict[str, Any], process: Callable[[bytes], Ended]) -> None:
    """Let the public draw tell the story of what failed."""
    failed = [
        [exercise["id"], rule["id"]]
        for exercise in result["exercises"]
        for rule in exercise["rules"]
        if rule["outcome"] in _TOLD
    ]
    if not failed:
        return
    explained = _in_process({**job, "secret": "", "only": failed}, process)
    stories = {
        (exercise["id"], rule["id"]): rule
        for exercise in explained["exercises"]
        for rule in exercise["rules"]
        if rule["outcome"] in _TOLD
    }
    for exercise in result["exercises"]:
        for rule in exercise["rules"]:
            if story := stories.get((exercise["id"], rule["id"])):
                rule |= {key: story[key] for key in ("message", "misconception", "told")}


def _in_process(job: dict[str, Any], process: Callable[[bytes], Ended]) -> Result:
    ended = process(json.dumps(job).encode())
    for line in ended.said.splitlines():
        print(line, file=sys.stderr)  # GraderErrors: loud, and ours
    if ended.code is None:
        raise Unjudgeable(f"The judge did not end within {JUDGE_S:g} s: report this.")
    if ended.code != 0:
        raise Unjudgeable(f"The judge ended without a grade: {ended.last_words()}")
    result: Result = json.loads(ended.output)
    if "refused" in result:
        raise Unjudgeable(result["refused"])
    return result


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
        result = _judged(json.loads(question))
    except Unjudgeable as error:
        result = {"refused": str(error)}
    return json.dumps(result).encode()


def _judged(job: dict[str, Any]) -> Result:
    submission = read(base64.b64decode(job["notebook"]))
    release = chapter(job["assignment"], submission.language)
    placement_notes = lay_out(submission.cells, release).notes
    loaded = loadable(submission.cells, release)
    # What takes long to import is there if it may be wanted: every exercise would import it.
    wanted = [name for name in _SLOW_MODULES if any(name in cell.source for cell in loaded)]
    sandbox = Sandbox(wanted)
    try:
        cells = Cells(loaded, sandbox.subject)
        reports = [
            run(
                exercise,
                cells,
                _drawn(exercise, job["secret"]),
                _wanted(exercise, job["only"]),
                job["until"],
                shrink=not job["secret"],
            )
            for exercise in exercises(release.name)
        ]
        put_right: list[Text] = []
        if job["only"] is None:
            reports, put_right = followed(
                reports,
                loaded,
                lambda them: Cells(them, sandbox.subject),
                lambda exercise: _drawn(exercise, job["secret"]),
                job["until"],
            )
    finally:
        sandbox.close()
    _refuse_unrun(reports)
    notes = [
        note.in_(submission.language)
        for note in (*submission.notes, *placement_notes, *cells.notes, *put_right)
    ]
    return {
        "assignment": release.name,
        "score": round(sum(report.score for report in reports), 2),
        "points": sum(report.exercise.points for report in reports),
        "notes": list(dict.fromkeys(notes)),
        "draw": _fingerprint(job["secret"]),
        "exercises": [
            _exercise_result(report, submission.language, public=not job["secret"])
            for report in reports
        ],
    }


def _refuse_unrun(reports: list[Report]) -> None:
    """Give no grade where a rule could not run: practice does without it, a grade cannot."""
    for outcome in (outcome for report in reports for outcome in report.outcomes):
        if outcome.kind == "not run here" and outcome.remark is not None:
            raise Unjudgeable(outcome.remark.en)


def _exercise_result(report: Report, language: str, *, public: bool) -> Result:
    return {
        "id": report.exercise.id,
        "points": report.exercise.points,
        "score": report.score,
        "rules": [
            rule_result(outcome if public else without_draw(outcome), report.exercise, language)
            for outcome in report.outcomes
        ],
    }


def _drawn(exercise: Exercise, secret: str) -> Callable[[Rule], Random]:
    if not secret:
        return lambda rule: public_draw(exercise, rule)

    def draw(rule: Rule) -> Random:
        name = f"{exercise.id} {rule.id}".encode()
        return Random(hmac.digest(bytes.fromhex(secret), name, "sha256"))

    return draw


def _wanted(exercise: Exercise, only: list[list[str]] | None) -> frozenset[str] | None:
    if only is None:
        return None
    return frozenset(rule for id, rule in only if id == exercise.id)


def _fingerprint(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:8] if secret else "public"


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
