"""Whatever lies where a notebook should lie, through stock `nbgrader autograde`.

One student a kind of file, and one who is right, in one run: every one of them gets a score,
the reason stands in the gradebook, nothing is copied that is not theirs, and the class goes on.
"""

import dataclasses
import json
import os
import shutil
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CHAPTER = "ch04_udp"
NOTEBOOK = f"{CHAPTER}.ipynb"
PLANTED = "planted-7f3a9c51"

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(
        shutil.which("bwrap") is None, reason="grading needs bubblewrap: apt-get install bubblewrap"
    ),
]

Course = Any  # see conftest.py
Notebook = dict[str, Any]
Maker = Callable[[Path, Notebook, Course], None]
KINDS: dict[str, tuple[Maker, float, str]] = {}
"""student -> what they hand in, the score that it has, and the beginning of the comment."""


def kind(score: float, comment: str = "") -> Callable[[Maker], Maker]:
    """Make a function a kind of file: it gets the folder, the right notebook and the course."""

    def declare(make: Maker) -> Maker:
        KINDS[make.__name__] = (make, score, comment)
        return make

    return declare


def write(folder: Path, content: bytes | Any) -> None:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    (folder / NOTEBOOK).write_bytes(data)


# -- not a file at all -------------------------------------------------------------------------


@kind(0, "The notebook is not a regular file")
def fifo(folder: Path, right: Notebook, course: Course) -> None:
    os.mkfifo(folder / NOTEBOOK)


@kind(0, "The notebook cannot be opened as a regular file")
def unix_socket(folder: Path, right: Notebook, course: Course) -> None:
    here = os.open(folder, os.O_PATH)  # names of sockets may have 107 bytes
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(f"/proc/self/fd/{here}/{NOTEBOOK}")
    os.close(here)


@kind(0, "The notebook cannot be opened as a regular file")
def link_to_a_secret(folder: Path, right: Notebook, course: Course) -> None:
    (folder / NOTEBOOK).symlink_to(course.root / "planted")


@kind(0, "The notebook cannot be opened as a regular file")
def link_to_a_classmate(folder: Path, right: Notebook, course: Course) -> None:
    classmate = course.root / "submitted" / "right" / CHAPTER / NOTEBOOK
    (folder / NOTEBOOK).symlink_to(classmate)


@kind(0, "The notebook cannot be opened as a regular file")
def link_to_itself(folder: Path, right: Notebook, course: Course) -> None:
    (folder / NOTEBOOK).symlink_to(NOTEBOOK)


@kind(0, "The notebook cannot be opened as a regular file")
def link_to_zeros(folder: Path, right: Notebook, course: Course) -> None:
    (folder / NOTEBOOK).symlink_to("/dev/zero")


@kind(0, "The notebook is not a regular file")
def directory(folder: Path, right: Notebook, course: Course) -> None:
    (folder / NOTEBOOK).mkdir()
    (folder / NOTEBOOK / "secret").symlink_to(course.root / "planted")


# -- hardly a notebook ---------------------------------------------------------------------------


@kind(0, "The notebook is larger than 10 MB")
def fifty_megabytes(folder: Path, right: Notebook, course: Course) -> None:
    write(folder, json.dumps(right).encode() + b" " * 50_000_000)


@kind(0, "The notebook is not JSON")
def invalid_json(folder: Path, right: Notebook, course: Course) -> None:
    write(folder, b'{"cells": [')


@kind(0, "The notebook is an empty file")
def null_bytes(folder: Path, right: Notebook, course: Course) -> None:
    write(folder, bytes(10_000))


@kind(0, "The notebook has no list of cells")
def cells_not_a_list(folder: Path, right: Notebook, course: Course) -> None:
    write(folder, {**right, "cells": {"0": right["cells"][0]}})


@kind(20, "The notebook is in the old format 3")
def format_3(folder: Path, right: Notebook, course: Course) -> None:
    cells = [{"cell_type": c["cell_type"], "input": c["source"]} for c in right["cells"]]
    write(folder, {"worksheets": [{"cells": cells}], "nbformat": 3, "nbformat_minor": 0})


@kind(18, "Cell ")
def lone_surrogates(folder: Path, right: Notebook, course: Course) -> None:
    cell = next(cell for cell in right["cells"] if cell["id"] == "send-text")
    cell["source"] = "def send_text(*args): return '\ud800\x1b[2J<script>alert(1)</script>'"
    write(folder, right)


# -- more or less than one notebook ----------------------------------------------------------------


@kind(20)
def two_notebooks(folder: Path, right: Notebook, course: Course) -> None:
    write(folder, right)
    os.mkfifo(folder / "other.ipynb")


@kind(20)
def strays(folder: Path, right: Notebook, course: Course) -> None:
    """Links, pipes and modules beside the notebook."""
    write(folder, right)
    (folder / "notes.txt").symlink_to(course.root / "planted")
    (folder / "data").symlink_to("/")
    os.mkfifo(folder / "data.csv")
    for name in ("json.py", "random.py", "socket.py", "sitecustomize.py", "nbgrader_config.py"):
        (folder / name).write_text(f"open({str(course.root / 'ran')!r}, 'w').close()\n")


@kind(18)
def a_solution_and_its_check_deleted(folder: Path, right: Notebook, course: Course) -> None:
    gone = ("send-text", "check-send-text")
    write(folder, {**right, "cells": [cell for cell in right["cells"] if cell["id"] not in gone]})


@kind(0)
def skipped_checks(folder: Path, right: Notebook, course: Course) -> None:
    release = course.notebook("notebooks", "en")
    for cell in release["cells"]:
        cell["metadata"]["tags"] = ["skip-execution"]
    write(folder, release)


@kind(20)
def right(folder: Path, right: Notebook, course: Course) -> None:
    write(folder, right)


@pytest.fixture(scope="module")
def graded(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A copy of the course in which all of them have handed in and been graded."""
    scratch = tmp_path_factory.mktemp("hostile")
    shutil.copytree(course.root, scratch / "clone", symlinks=True)
    copy = dataclasses.replace(course, root=scratch / "clone", scratch=scratch)
    (scratch / "homes" / "instructor").mkdir(parents=True)
    (copy.root / "planted").write_text(PLANTED)
    for folder in ("submitted", "autograded", "feedback"):
        shutil.rmtree(copy.root / folder, ignore_errors=True)
    solved = copy.notebook("source", "en")
    for student, (make, _, _) in KINDS.items():
        folder = copy.root / "submitted" / student / CHAPTER
        folder.mkdir(parents=True)
        notebook = copy.notebook("notebooks", "en")
        for cell, answer in zip(notebook["cells"], solved["cells"], strict=True):
            cell["source"] = answer["source"]
        make(folder, notebook, copy)
    copy.run("nbgrader", "autograde", CHAPTER, "--create")
    return copy


def rows(course: Course, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(course.root / "gradebook.db") as gradebook:
        found = gradebook.execute(query).fetchall()
    gradebook.close()
    return found


def test_every_student_has_the_score_that_they_earned(graded: Course) -> None:
    found = rows(
        graded,
        "select student_id, sum(auto_score) from grade "
        "join submitted_notebook as notebook on notebook.id = grade.notebook_id "
        "join submitted_assignment as handed_in on handed_in.id = notebook.assignment_id "
        "group by student_id",
    )
    scores = {student: score for student, score in found if student in KINDS}
    assert scores == pytest.approx({student: score for student, (_, score, _) in KINDS.items()})


def test_the_reason_stands_in_the_gradebook(graded: Course) -> None:
    found = rows(
        graded,
        "select student_id, auto_comment from comment "
        "join submitted_notebook as notebook on notebook.id = comment.notebook_id "
        "join submitted_assignment as handed_in on handed_in.id = notebook.assignment_id "
        "where auto_comment is not null",
    )
    comments: dict[str, str] = {}
    for student, comment in found:
        comments[student] = comments.get(student, "") + comment
    missing = {
        student: comments.get(student)
        for student, (_, _, reason) in KINDS.items()
        if reason not in comments.get(student, "")
    }
    assert missing == {}


def test_nothing_that_is_not_theirs_was_copied_or_run(graded: Course) -> None:
    assert not (graded.root / "ran").exists()
    found = []
    for path in (graded.root / "autograded").rglob("*"):
        assert path.is_dir() or path.is_file()
        assert not path.is_symlink()
        if path.is_file() and PLANTED in path.read_text(encoding="utf-8"):
            found.append(path)
    assert found == []


def test_everybody_has_a_page_of_feedback(graded: Course) -> None:
    graded.run("nbgrader", "generate_feedback", CHAPTER)
    for student in KINDS:
        page = graded.root / "feedback" / student / CHAPTER / f"{CHAPTER}.html"
        text = page.read_text(encoding="utf-8")
        assert PLANTED not in text
        assert "<script>alert(1)" not in text
