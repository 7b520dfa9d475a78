"""Student and instructor by stock nbgrader commands, from `git clone` to the exported grades.

Four students hand chapter 04 in: one right, one half right, one as it was released, one in
Chinese; a fifth hands in a file that is no notebook. Everything is real: nbgrader, its exchange
and gradebook, the judge, the formgrader in a Jupyter server. Nothing of the user's own
settings is read, and nothing is left outside the test's folder.
"""

import csv
import json
import os
import re
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from autograder.grading.course import make_secret
from autograder.notebooks.chapter import names

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = "ch04_udp"
STUDENTS = ("broken", "chinese", "empty", "half", "right")

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(
        shutil.which("bwrap") is None, reason="grading needs bubblewrap: apt-get install bubblewrap"
    ),
]

Course = Any  # see conftest.py
Formgrader = Any
Notebook = dict[str, Any]


def solved(course: Course, language: str, exercises: frozenset[str] | None = None) -> Notebook:
    """Return a release with the reference solutions of some exercises, or of all."""
    release = course.notebook("notebooks", language)
    reference = {cell["id"]: cell["source"] for cell in course.notebook("source", "en")["cells"]}
    for cell in release["cells"]:
        ours = cell["metadata"].get("live_sockets", {})
        if ours.get("role") == "solution" and (exercises is None or ours["exercise"] in exercises):
            cell["source"] = reference[cell["id"]]
    return release


def points(course: Course) -> dict[str, float]:
    """Return the points of each exercise, as the release notebook gives them, in order."""
    return {
        cell["metadata"]["live_sockets"]["exercise"]: cell["metadata"]["nbgrader"]["points"]
        for cell in course.notebook("notebooks", "en")["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade")
    }


def hand_in(course: Course, student: str) -> None:
    """Fetch, solve and submit, as one student."""
    course.run("nbgrader", "fetch_assignment", CHAPTER, who=student)
    notebook = course.home(student) / CHAPTER / f"{CHAPTER}.ipynb"
    half = frozenset(list(points(course))[: len(points(course)) // 2])
    if student == "broken":
        notebook.write_text('{"cells": [')
    elif student != "empty":
        language = "zh" if student == "chinese" else "en"
        answer = solved(course, language, half if student == "half" else None)
        notebook.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    course.run("nbgrader", "submit", CHAPTER, f"--student={student}", who=student)


ODD = (b"..x", b"a\nb", b"\xff", b"\x1b[2J", b"link", b"file")


def vandalise(course: Course) -> None:
    """Put into the exchange what nobody should be stopped by, on the whole way from there."""
    inbound = os.fsencode(course.scratch / "exchange" / "live_sockets" / "inbound")
    for name in ODD:
        place = os.path.join(inbound, b"%s+%s+2026-01-01 00:00:00 UTC" % (name, CHAPTER.encode()))
        if name == b"link":
            os.symlink(inbound, place)
        elif name == b"file":
            os.mkfifo(place)
        else:
            os.mkdir(place)
            os.mkfifo(os.path.join(place, b"timestamp.txt"))


@pytest.fixture(scope="module")
def graded(course: Course) -> Course:
    """The course after release, submission, grading and feedback."""
    course.run("nbgrader", "release_assignment", CHAPTER)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda student: hand_in(course, student), STUDENTS))
    vandalise(course)
    said = course.run("nbgrader", "collect", CHAPTER)
    assert said.count("Not collected: ") == len(ODD)
    assert "\x1b[2J" not in said
    course.run("nbgrader", "autograde", CHAPTER)
    course.run("nbgrader", "generate_feedback", CHAPTER)
    course.run("nbgrader", "release_feedback", CHAPTER)
    course.run("nbgrader", "export", "--to", str(course.scratch / "grades.csv"))
    return course


@pytest.fixture(scope="module")
def expected(course: Course) -> dict[str, float]:
    """Return the score that each student has earned."""
    worth = list(points(course).values())
    half = sum(worth[: len(worth) // 2])
    return {"broken": 0, "chinese": sum(worth), "empty": 0, "half": half, "right": sum(worth)}


def test_a_clone_gets_a_secret_of_its_own_once(course: Course) -> None:
    secret = course.root / ".course_secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert len(bytes.fromhex(secret.read_text())) == 32
    before = secret.read_bytes()
    assert not make_secret(course.root)
    assert secret.read_bytes() == before


def test_the_release_is_the_notebook_in_git(graded: Course) -> None:
    released = Path("exchange", "live_sockets", "outbound", CHAPTER, f"{CHAPTER}.ipynb")
    in_git = graded.root / "notebooks" / "en" / CHAPTER / f"{CHAPTER}.ipynb"
    assert (graded.scratch / released).read_bytes() == in_git.read_bytes()


@pytest.mark.parametrize("how", ["Validate", "nbval"])
def test_who_executes_a_notebook_sees_the_checks_that_fail(graded: Course, how: str) -> None:
    """In front of a notebook they end their cell without an error, so that Run All goes on."""
    notebook = graded.home("half") / CHAPTER / f"{CHAPTER}.ipynb"
    here = {"PYTHONPATH": str(graded.root)}  # the kernel's course is this one
    if how == "Validate":
        said = graded.run("nbgrader", "validate", str(notebook), **here)
    else:
        command = ("pytest", "-q", "--nbval-lax", "-p", "no:cacheprovider", "-c", os.devnull)
        said = graded.run(*command, str(notebook), code=1, **here)
    failed = set(re.findall(r"CheckFailed: (ch04/\w+)", said))
    exercises = list(points(graded))
    assert failed == set(exercises[len(exercises) // 2 :])


def test_the_gradebook_holds_what_was_earned(graded: Course, expected: dict[str, float]) -> None:
    with sqlite3.connect(graded.root / "gradebook.db") as gradebook:
        rows = gradebook.execute(
            "select student_id, sum(auto_score), sum(needs_manual_grade) from grade "
            "join submitted_notebook as notebook on notebook.id = grade.notebook_id "
            "join submitted_assignment as handed_in on handed_in.id = notebook.assignment_id "
            "group by student_id"
        ).fetchall()
    gradebook.close()
    assert {student: score for student, score, _ in rows} == pytest.approx(expected)
    assert not any(needs_review for _, _, needs_review in rows)


def test_a_broken_file_has_its_reason_in_the_gradebook(graded: Course) -> None:
    with sqlite3.connect(graded.root / "gradebook.db") as gradebook:
        comments = [row[0] for row in gradebook.execute("select auto_comment from comment")]
    gradebook.close()
    reasons = [comment for comment in comments if comment and "The notebook is not JSON" in comment]
    assert len(reasons) == 1


def test_the_export_holds_what_was_earned(graded: Course, expected: dict[str, float]) -> None:
    with open(graded.scratch / "grades.csv", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["assignment"] == CHAPTER]
    assert {row["student_id"]: float(row["score"]) for row in rows} == pytest.approx(expected)
    assert {float(row["max_score"]) for row in rows} == {sum(points(graded).values())}


def test_every_student_gets_feedback_in_their_language(
    graded: Course, expected: dict[str, float]
) -> None:
    graded.run("nbgrader", "fetch_feedback", CHAPTER, who="chinese")
    assert list(graded.home("chinese").glob(f"{CHAPTER}/feedback/*/{CHAPTER}.html"))
    for student, score in expected.items():
        page = graded.root / "feedback" / student / CHAPTER / f"{CHAPTER}.html"
        text = page.read_text(encoding="utf-8")
        assert f"(Score: {score:.1f} / " in text
        assert (" 分" in text) == (student == "chinese")
        assert "Traceback (most recent call last)" not in text


def test_the_chinese_notebook_stays_chinese(graded: Course) -> None:
    prose = [
        [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
        for notebook in (
            graded.notebook("autograded", "chinese"),
            graded.notebook("notebooks", "zh"),
        )
    ]
    assert prose[0] == prose[1]


def test_one_line_of_configuration_releases_the_chinese_notebooks(graded: Course) -> None:
    config = graded.root / "nbgrader_config_local.py"
    try:
        config.write_text('LANGUAGE = "zh"\n')
        graded.run("nbgrader", "generate_assignment", CHAPTER, "--force")
        graded.run("nbgrader", "release_assignment", CHAPTER, "--force")
    finally:
        config.unlink()
    released = graded.scratch / "exchange" / "live_sockets" / "outbound" / CHAPTER
    in_git = ROOT / "notebooks" / "zh" / CHAPTER / f"{CHAPTER}.ipynb"
    assert (released / f"{CHAPTER}.ipynb").read_bytes() == in_git.read_bytes()


@pytest.fixture(scope="module")
def formgrader(graded: Course, formgrader_of: Any) -> Iterator[Formgrader]:
    """The formgrader of the graded course."""
    with formgrader_of(graded) as formgrader:
        yield formgrader


def scores(formgrader: Formgrader) -> dict[str, float]:
    """Return the score of each student, as the formgrader's table gets them."""
    rows = json.loads(formgrader.get(f"api/submissions/{CHAPTER}"))
    assert all(row["autograded"] for row in rows)
    return {row["student"]: row["score"] for row in rows}


def test_the_formgrader_shows_scores_and_reports(
    formgrader: Formgrader, expected: dict[str, float]
) -> None:
    assert scores(formgrader) == pytest.approx(expected)
    assert CHAPTER in formgrader.get(f"manage_submissions/{CHAPTER}")
    (row,) = (
        row
        for row in json.loads(formgrader.get(f"api/submitted_notebooks/{CHAPTER}/{CHAPTER}"))
        if row["student"] == "half"
    )
    page = formgrader.get(f"submissions/{row['id']}/")
    for exercise in points(formgrader.course):
        assert f" {exercise}</strong>" in page
    assert "<h1>500" not in page


def test_the_formgraders_button_grades_alike(
    formgrader: Formgrader, expected: dict[str, float]
) -> None:
    for student in ("half", "broken"):
        answer = json.loads(formgrader.get(f"api/submission/{CHAPTER}/{student}/autograde", b""))
        assert answer["success"], answer
    assert scores(formgrader) == pytest.approx(expected)


@pytest.mark.parametrize("chapter", [name for name in names() if name != CHAPTER])
def test_every_chapter_is_graded_and_returned(course: Course, chapter: str) -> None:
    """By hand-ins that lie in the folder, as downloads from elsewhere do."""
    source = {
        cell["id"]: cell["source"]
        for cell in course.notebook("source", "en", name=chapter)["cells"]
    }
    for student, language in (("right", "en"), ("chinese", "zh"), ("empty", "en")):
        notebook = course.notebook("notebooks", language, name=chapter)
        for cell in notebook["cells"]:
            if student != "empty" and cell["metadata"].get("live_sockets", {}).get("exercise"):
                cell["source"] = source[cell["id"]]
        folder = course.root / "submitted" / student / chapter
        folder.mkdir(parents=True)
        text = json.dumps(notebook, ensure_ascii=False)
        (folder / f"{chapter}.ipynb").write_text(text, encoding="utf-8")
    course.run("nbgrader", "autograde", chapter)
    course.run("nbgrader", "generate_feedback", chapter)
    for student, score in (("right", 20), ("chinese", 20), ("empty", 0)):
        page = course.root / "feedback" / student / chapter / f"{chapter}.html"
        text = page.read_text(encoding="utf-8")
        assert f"(Score: {score:.1f} / 20.0)" in text
        assert "Traceback (most recent call last)" not in text
