"""`autograder grade`: what nbgrader would have stored, only sooner, and whatever happens.

Every claim is checked in a twin of a course that is ready to grade, with the real nbgrader,
gradebook, sandbox and judge.
"""

import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.grading.journal import Lock
from netlib.deadlines import stretched

CHAPTER = "ch04_udp"
GRADE = ("autograder.cli", "grade", CHAPTER)
DUE, LATE = "2026-01-01 12:00:00 UTC", "2026-01-01 13:30:00 UTC"

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(
        shutil.which("bwrap") is None, reason="grading needs bubblewrap: apt-get install bubblewrap"
    ),
]

Course = Any  # see conftest.py
MakeTwin = Callable[[], Course]
Left = tuple[list[str], dict[str, tuple[int, bytes]]]


@pytest.fixture(scope="module")
def twin(pristine: Course, tmp_path_factory: pytest.TempPathFactory) -> MakeTwin:
    """Return the maker of courses that are ready to grade."""
    return lambda: pristine.twin(tmp_path_factory.mktemp("twin"))


def answer(course: Course, language: str = "en", *, solved: Callable[[int], bool]) -> bytes:
    """Return a release with the reference in the solution cells whose number solved accepts."""
    notebook = course.notebook("notebooks", language)
    reference = {cell["id"]: cell["source"] for cell in course.notebook("source", "en")["cells"]}
    ours = (c for c in notebook["cells"] if c["metadata"].get("live_sockets", {}).get("role"))
    solutions = [c for c in ours if c["metadata"]["live_sockets"]["role"] == "solution"]
    for number, cell in enumerate(solutions):
        if solved(number):
            cell["source"] = reference[cell["id"]]
    return json.dumps(notebook, ensure_ascii=False).encode()


def hand_in(course: Course, student: str, content: bytes, when: str = DUE) -> Path:
    """Put a notebook where `nbgrader collect` would."""
    folder: Path = course.root / "submitted" / student / CHAPTER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "timestamp.txt").write_text(when)
    path = folder / f"{CHAPTER}.ipynb"
    path.write_bytes(content)
    return path


def five(course: Course) -> None:
    """Hand in for five students."""
    hand_in(course, "right", answer(course, solved=lambda number: True))
    hand_in(course, "half", answer(course, solved=lambda number: number % 2 == 0))
    hand_in(course, "empty", answer(course, solved=lambda number: False))
    hand_in(course, "broken", b'{"cells": [')
    hand_in(course, "late", answer(course, "zh", solved=lambda number: number < 2), LATE)


def few(course: Course) -> None:
    """Hand in for four students whose work is quick to judge."""
    for number in range(4):
        hand_in(course, f"s{number}", answer(course, solved=lambda n, first=number: n < first % 3))


def manual_work(course: Course) -> None:
    """Correct a score, comment, and flag, as an instructor does in the formgrader."""
    with sqlite3.connect(course.root / "gradebook.db") as gradebook:
        cell = "select id from base_cell where name = '{}'"
        notebook = (
            "select notebook.id from submitted_notebook as notebook join submitted_assignment as "
            "handed_in on handed_in.id = notebook.assignment_id where student_id = '{}'"
        )
        gradebook.execute(
            "update grade set manual_score = 1.5, needs_manual_grade = 0 where cell_id = "
            f"({cell.format('check-send-text')}) and notebook_id = ({notebook.format('half')})"
        )
        gradebook.execute(
            "update comment set manual_comment = 'Come and see me.' where cell_id = "
            f"({cell.format('send-text')}) and notebook_id = ({notebook.format('half')})"
        )
    gradebook.close()


# -- what grading leaves --------------------------------------------------------------------


def dump(course: Course) -> list[str]:
    """Return every row of every table of the gradebook, with names in place of random ids."""
    with sqlite3.connect(course.root / "gradebook.db") as gradebook:
        gradebook.row_factory = sqlite3.Row
        tables = gradebook.execute("select name from sqlite_master where type = 'table'")
        rows = [
            (name, dict(row))
            for (name,) in tables.fetchall()
            for row in gradebook.execute(f"select * from {name}")
        ]
    gradebook.close()
    by_id: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for name, row in rows:
        by_id.setdefault(str(row.get("id")), []).append((name, row))

    def plain(row: dict[str, Any]) -> list[tuple[str, str]]:
        return [(column, value_of(value)) for column, value in row.items() if column != "id"]

    def value_of(value: object) -> str:
        if isinstance(value, str) and re.fullmatch("[0-9a-f]{32}", value) and value in by_id:
            return repr(sorted((name, plain(row)) for name, row in by_id[value]))
        return repr(value)

    return sorted(f"{name} {plain(row)}" for name, row in rows)


def autograded(course: Course) -> dict[str, tuple[int, bytes]]:
    """Return the mode and content of each file below autograded/."""
    folder = course.root / "autograded"
    return {
        str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


def left(course: Course) -> Left:
    """Return all that grading leaves."""
    return dump(course), autograded(course)


def differences(one: Left, other: Left) -> list[str]:
    """Return what only one of two courses has, so that a failure can be read."""
    rows = set(one[0]) ^ set(other[0])
    files = {
        line.decode(errors="replace").strip()
        for name in one[1].keys() | other[1].keys()
        for line in set(one[1].get(name, (0, b""))[1].splitlines())
        ^ set(other[1].get(name, (0, b""))[1].splitlines())
    }
    return sorted(rows) + sorted(files)


def scores(course: Course) -> dict[str, float | None]:
    """Return the automatic score of each student."""
    with sqlite3.connect(course.root / "gradebook.db") as gradebook:
        rows = gradebook.execute(
            "select student_id, sum(auto_score) from submitted_assignment as handed_in left join "
            "submitted_notebook as notebook on handed_in.id = notebook.assignment_id left join "
            "grade on notebook.id = grade.notebook_id group by student_id"
        ).fetchall()
    gradebook.close()
    return dict(rows)


# -- the same as nbgrader -------------------------------------------------------------------


def late_costs_all(course: Course) -> None:
    """Change nbgrader's configuration, where a course has its own."""
    config = course.root / "nbgrader_config_local.py"
    config.write_text('c.LateSubmissionPlugin.penalty_method = "zero"\n')


@pytest.fixture(scope="module")
def both(twin: MakeTwin) -> dict[str, dict[str, Left]]:
    """What `nbgrader autograde` and `autograder grade` leave: at first, and after a regrade."""
    found: dict[str, dict[str, Left]] = {}
    for who in ("nbgrader", "autograder"):
        course = twin()
        late_costs_all(course)
        course.run("nbgrader", "db", "assignment", "add", CHAPTER, f"--duedate={DUE}")
        # The secret decides draws, and with them what is shown; twins share it.
        five(course)
        command = ("nbgrader", "autograde", CHAPTER) if who == "nbgrader" else GRADE
        course.run(*command)
        found[who] = {"first": left(course)}
        manual_work(course)
        student = "--student=half"
        course.run(*command, "--force", student)
        found[who]["regraded"] = left(course)
    return found


@pytest.mark.parametrize("when", ["first", "regraded"])
def test_the_gradebook_is_what_nbgrader_would_have_made(both: Any, when: str) -> None:
    ours, theirs = both["autograder"][when][0], both["nbgrader"][when][0]
    assert len(ours) > 100
    assert ours == theirs


@pytest.mark.parametrize("when", ["first", "regraded"])
def test_autograded_is_what_nbgrader_would_have_made(both: Any, when: str) -> None:
    ours, theirs = both["autograder"][when][1], both["nbgrader"][when][1]
    assert len(ours) == 10
    assert ours == theirs


def test_the_five_meet_comments_flags_and_penalties(both: Any) -> None:
    first, regraded = ("\n".join(both["autograder"][when][0]) for when in ("first", "regraded"))
    assert "The notebook is not JSON" in first
    assert "('late_submission_penalty', '0.0')" not in first
    assert re.search(r"\('late_submission_penalty', '\d", first)
    assert "Come and see me." in regraded and "('manual_score', '1.5')" in regraded
    assert "('needs_manual_grade', '1')" in regraded and "('needs_manual_grade', '1')" not in first


# -- only what changed ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def course(twin: MakeTwin) -> Course:
    """A course with a few submissions, graded once."""
    course = twin()
    few(course)
    assert re.search("4 graded, 0 unchanged, 0 failed", course.run(*GRADE))
    return course


def counted(said: str) -> str:
    (found,) = re.findall(r"\d+ graded, \d+ unchanged, \d+ failed", said)
    return str(found)


def test_nothing_is_graded_twice(course: Course) -> None:
    before = left(course)
    assert counted(course.run(*GRADE)) == "0 graded, 4 unchanged, 0 failed"
    assert counted(course.run(*GRADE, "--student", "s1")) == "0 graded, 1 unchanged, 0 failed"
    assert left(course) == before


def test_force_grades_all_or_one(course: Course) -> None:
    before = left(course)
    said = course.run(*GRADE, "--force", "--student", "s1", "--workers", "1")
    assert counted(said) == "1 graded, 0 unchanged, 0 failed"
    assert counted(course.run(*GRADE, "--force")) == "4 graded, 0 unchanged, 0 failed"
    assert left(course) == before


def change_a_submission(course: Course) -> None:
    hand_in(course, "s0", answer(course, solved=lambda number: number == 0))


def change_the_time(course: Course) -> None:
    (course.root / "submitted" / "s1" / CHAPTER / "timestamp.txt").write_text(LATE)


def remove_a_folder(course: Course) -> None:
    shutil.rmtree(course.root / "autograded" / "s2")


def edit_the_gradebook(course: Course) -> None:
    with sqlite3.connect(course.root / "gradebook.db") as gradebook:
        gradebook.execute(
            "update grade set auto_score = 17 where notebook_id = (select notebook.id from "
            "submitted_notebook as notebook join submitted_assignment as handed_in on "
            "handed_in.id = notebook.assignment_id where student_id = 's3')"
        )
    gradebook.close()


@pytest.mark.parametrize(
    "change", [change_a_submission, change_the_time, remove_a_folder, edit_the_gradebook]
)
def test_what_changed_is_graded_again(course: Course, change: Callable[[Course], None]) -> None:
    change(course)
    assert counted(course.run(*GRADE)) == "1 graded, 3 unchanged, 0 failed"
    assert counted(course.run(*GRADE)) == "0 graded, 4 unchanged, 0 failed"


def change_a_rule(course: Course) -> None:
    rule = next((course.root / "autograder" / "rules" / "ch04").glob("send_text.py"))
    rule.write_text(rule.read_text() + "\n# changed\n")


def change_the_secret(course: Course) -> None:
    secret = course.root / ".course_secret"
    secret.chmod(0o600)
    secret.write_text("00" * 32 + "\n")


@pytest.mark.parametrize("change", [change_a_rule, change_the_secret, late_costs_all])
def test_all_are_graded_again_when_what_decides_has_changed(
    course: Course, change: Callable[[Course], None]
) -> None:
    change(course)
    assert counted(course.run(*GRADE)) == "4 graded, 0 unchanged, 0 failed"
    assert counted(course.run(*GRADE)) == "0 graded, 4 unchanged, 0 failed"


def test_a_comment_by_hand_is_no_change(course: Course) -> None:
    with sqlite3.connect(course.root / "gradebook.db") as gradebook:
        gradebook.execute("update comment set manual_comment = 'Well done.'")
        gradebook.execute("update grade set manual_score = 1, needs_manual_grade = 0")
    gradebook.close()
    before = left(course)
    assert counted(course.run(*GRADE)) == "0 graded, 4 unchanged, 0 failed"
    assert left(course) == before


# -- what goes wrong ------------------------------------------------------------------------


def test_two_at_once_are_one_too_many(course: Course) -> None:
    lock = Lock(course.root)
    try:
        said = course.run(*GRADE, code=2)
    finally:
        lock.release()
    assert f"Another `autograder grade` is at work in this course (process {os.getpid()})." in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["ch99_none"], "There is no built chapter 'ch99_none'"),
        ([CHAPTER, "--student", "nobody"], "There is not anything of nobody in submitted/"),
    ],
)
def test_what_cannot_be_done_is_said(course: Course, arguments: list[str], sentence: str) -> None:
    assert sentence in course.run("autograder.cli", "grade", *arguments, code=2)


def test_a_gradebook_that_is_not_there_is_said(twin: MakeTwin) -> None:
    course = twin()
    few(course)
    (course.root / "gradebook.db").unlink()
    assert "run `autograder init-course` first." in course.run(*GRADE, code=2)
    assert not (course.root / "gradebook.db").exists()


_FAULTS = """
_honest = _judged


def _judged(job):
    notebook = base64.b64decode(job["notebook"])
    if b"break the judge" in notebook:
        raise RuntimeError("a fault of ours")
    if b"kill the worker" in notebook:
        os.kill(os.getppid(), 9)
    return _honest(job)

"""


def test_what_cannot_be_read_is_named_and_told_in_place_of_each_report(twin: MakeTwin) -> None:
    course = twin()
    hand_in(course, "broken", b'{"cells": [')
    why = "The notebook is not JSON (line 1: Expecting value). It was graded as an empty one."
    for again in ("1 graded, 0 unchanged", "0 graded, 1 unchanged"):
        said = course.run(*GRADE)
        assert f"{again}, 0 failed" in said
        assert f"  broken: {why}" in said
    page = json.dumps(course.notebook("autograded", "broken")["cells"])
    assert page.count(why) == page.count('"grade": true') > 1
    assert "not defined" not in page


ODD = {
    b"..x": "'..x' cannot be a student's id",
    b"a\nb": r"'a\nb' cannot be a student's id",
    b"\xff": r"'\udcff' cannot be a student's id",
    b"\x1b[2J": r"'\x1b[2J' cannot be a student's id",
}


def test_whatever_lies_in_submitted_the_honest_are_graded_and_the_rest_is_named(
    twin: MakeTwin,
) -> None:
    course = twin()
    right = answer(course, solved=lambda number: number < 2)
    hand_in(course, "right", right)
    for name in ODD:
        hand_in(course, os.fsdecode(name), right)
    for student, name in (("anna", f"{CHAPTER} (1).ipynb"), ("ben", "Untitled.ipynb")):
        hand_in(course, student, right if student == "anna" else b"{}").rename(
            course.root / "submitted" / student / CHAPTER / name
        )
    (course.root / "submitted" / "linked").symlink_to("right")
    (course.root / "submitted" / "filed").mkdir()
    (course.root / "submitted" / "filed" / CHAPTER).touch()
    strays = course.root / "submitted" / "right" / CHAPTER
    (strays / ("x" * 254)).touch()
    (strays / "z").symlink_to("/etc/passwd")
    for command, code in ((GRADE, 1), (("nbgrader", "autograde", CHAPTER), 1)):
        said = course.run(*command, code=code)
        for sentence in (
            *ODD.values(),
            "linked is a link: put the student's own folder there.",
            f"filed/{CHAPTER} is no folder",
            "but 'Untitled.ipynb': rename the one that is to count.",
        ):
            assert sentence in said, sentence
        assert "\x1b[2J" not in said
        earned = scores(course)
        assert earned == {"right": earned["anna"], "anna": earned["anna"]}
        assert earned["anna"] > 0
    assert sorted(path.name for path in strays.iterdir()) == [f"{CHAPTER}.ipynb", "timestamp.txt"]
    assert "passwd" not in "".join(autograded(course))


def test_one_that_cannot_be_judged_stops_nobody(twin: MakeTwin) -> None:
    course = twin()
    few(course)
    judge = course.root / "autograder" / "judging" / "judge.py"
    before, main, after = judge.read_text().rpartition('if __name__ == "__main__":')
    judge.write_text(before + _FAULTS + main + after)
    for student, wish in (("s1", b"break the judge"), ("s2", b"kill the worker")):
        path = course.root / "submitted" / student / CHAPTER / f"{CHAPTER}.ipynb"
        path.write_bytes(
            path.read_bytes().replace(b'"cells": [', b'"x": "' + wish + b'", "cells": [')
        )
    (course.root / "submitted" / "s3" / CHAPTER / f"{CHAPTER}.ipynb").unlink()
    said = course.run(*GRADE, code=1)
    assert counted(said) == "1 graded, 0 unchanged, 3 failed"
    assert "s1: The judge ended without a grade: RuntimeError: a fault of ours" in said
    assert "s2: The process that judged it was lost: it was ended by SIGKILL." in said
    assert f"s3: There is no {CHAPTER}.ipynb in " in said
    assert scores(course) == {"s0": 0, "s1": None, "s2": None}
    assert {path.split("/")[0] for path in autograded(course)} == {"s0"}
    assert counted(course.run(*GRADE, code=1)) == "0 graded, 1 unchanged, 3 failed"


# -- killed ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def undisturbed(twin: MakeTwin) -> Left:
    course = twin()
    few(course)
    course.run(*GRADE)
    return left(course)


def watched(course: Course, entries: int, pause_s: float) -> str:
    """Kill a run once the journal has so many entries and some time has passed.

    Returns what was left of it: its descendants that outlived it by more than a few seconds.
    """
    script = Path(__file__).with_name("kill_grading.py")
    run = subprocess.run(
        [sys.executable, str(script), str(entries), str(pause_s), sys.executable, "-m", *GRADE],
        cwd=course.root,
        env=course.environment("instructor"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=stretched(60),
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@pytest.mark.parametrize("seed", range(int(os.environ.get("LIVE_SOCKETS_KILLS", "5"))))
def test_killed_and_started_again_it_ends_the_same(
    twin: MakeTwin, undisturbed: Left, seed: int
) -> None:
    rng = random.Random(seed)
    course = twin()
    few(course)
    for entries in sorted(rng.sample(range(4), 2)):
        assert watched(course, entries, rng.uniform(0, 0.3)) == ""
    said = course.run(*GRADE)
    assert re.search(r"\d graded, \d unchanged, 0 failed", said)
    assert differences(left(course), undisturbed) == []
    assert left(course) == undisturbed
    assert counted(course.run(*GRADE)) == "0 graded, 4 unchanged, 0 failed"
