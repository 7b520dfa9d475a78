"""Our steps inside nbgrader's own autograde, on a course of one small chapter.

nbgrader, its gradebook and the course's nbgrader_config.py are real; the judge is a stand-in
that gives the points of every exercise whose cell says `right`, so that no sandbox is needed.
The whole way, with the judge, is walked in tests/course.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.judging.judge import Unjudgeable
from autograder.nbgrader_bridge import preprocessors
from autograder.notebooks import chapter, rebuild
from autograder.notebooks.submission import read
from autograder.text.story import Kind
from autograder.verdict import ExerciseVerdict, RuleVerdict, Told, Verdict

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = "ch99_echo"
CELLS = [
    ("given", "setup", "LIMIT = 4", None),
    ("echo", "solution", "def echo():\n    raise NotImplementedError()", "ch99/echo"),
    ("check-echo", "check", 'check("ch99/echo")', "ch99/echo"),
    ("twice", "solution", "def twice():\n    raise NotImplementedError()", "ch99/twice"),
    ("check-twice", "check", 'check("ch99/twice")', "ch99/twice"),
]
POINTS = {"ch99/echo": 3, "ch99/twice": 4}

# nbgrader 0.9.6 and the libraries below it warn of their own future; that is not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")


def notebook(**sources: str) -> dict[str, Any]:
    cells = []
    for name, role, source, exercise in CELLS:
        metadata: dict[str, Any] = {"live_sockets": {"role": role, "exercise": exercise}}
        if exercise is not None:
            graded = role == "check"
            metadata["nbgrader"] = {
                "grade": graded,
                "locked": graded,
                "solution": not graded,
                "task": False,
                "grade_id": name,
                "schema_version": 3,
                **({"points": POINTS[exercise]} if graded else {}),
            }
        cells.append(
            {
                "cell_type": "code",
                "id": name,
                "source": sources.get(name.replace("-", "_"), source),
                "metadata": metadata,
                "outputs": [],
                "execution_count": None,
            }
        )
    ours = {"chapter": CHAPTER, "language": "en"}
    return {
        "cells": cells,
        "metadata": {"live_sockets": ours},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def stand_in(submitted: bytes, assignment: str, *, alone: bool) -> Verdict:
    """Judge by the word `right`; find the machine or the rules at fault when asked to."""
    sources = {cell.id: cell.source for cell in read(submitted).cells}
    if "unjudgeable" in sources["echo"]:
        raise Unjudgeable("This machine forbids namespaces.")
    exercises = []
    for name, points in (("echo", 3), ("twice", 4)):
        passed = "right" in sources[name]
        outcome = Kind.PASSED if passed else Kind.FAILED
        rule = RuleVerdict("a", passed, outcome, None, f"{name} <b>", Told())
        score = points if passed else 0.5
        worth = 9 if "more points" in sources[name] else points
        exercises.append(ExerciseVerdict(f"ch99/{name}", worth, score, (rule,)))
    notes = ("cell 7: NameError: <script> ![x](http://example.com)",)
    return Verdict(
        assignment,
        sum(exercise.score for exercise in exercises),
        sum(exercise.points for exercise in exercises),
        notes * ("noted" in sources["echo"]),
        "public",
        tuple(exercises),
    )


class Class:
    """A course in a folder, with submissions and a gradebook."""

    def __init__(self, root: Path) -> None:
        self.root = root
        config = PyFileConfigLoader(str(ROOT / "nbgrader_config.py")).load_config()
        config.merge(Config({"CourseDirectory": {"root": str(root)}}))
        self._api = NbGraderAPI(CourseDirectory(config=config), config=config)

    def release(self) -> None:
        source = self.root / "source" / "en" / CHAPTER / f"{CHAPTER}.ipynb"
        source.parent.mkdir(parents=True)
        source.write_text(json.dumps(notebook()))
        done = self._api.generate_assignment(CHAPTER)
        assert done["success"], done

    def folder(self, student: str) -> Path:
        folder = self.root / "submitted" / student / CHAPTER
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def hand_in(self, student: str, content: bytes | dict[str, Any]) -> Path:
        path = self.folder(student) / f"{CHAPTER}.ipynb"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    def autograde(self, student: str) -> dict[str, Any]:
        done: dict[str, Any] = self._api.autograde(CHAPTER, student)
        return done

    def autograded(self, student: str) -> Path:
        return self.root / "autograded" / student / CHAPTER

    def scores(self, student: str) -> dict[str, float]:
        with Gradebook(f"sqlite:///{self.root}/gradebook.db") as gradebook:
            submission = gradebook.find_submission_notebook(CHAPTER, CHAPTER, student)
            return {grade.name: grade.score for grade in submission.grades}

    def comments(self, student: str) -> dict[str, str | None]:
        with Gradebook(f"sqlite:///{self.root}/gradebook.db") as gradebook:
            submission = gradebook.find_submission_notebook(CHAPTER, CHAPTER, student)
            return {comment.name: comment.comment for comment in submission.comments}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Class]:
    """A course with one released chapter; every test has a student of its own in it."""
    root = tmp_path_factory.mktemp("course")
    with pytest.MonkeyPatch.context() as patch:
        for module in (chapter, rebuild):
            patch.setattr(module, "ROOT", root)
        patch.setattr(preprocessors, "judge", stand_in)
        patch.chdir(root)
        chapter.chapter.cache_clear()
        course = Class(root)
        course.release()
        yield course
    chapter.chapter.cache_clear()


@pytest.fixture
def anna(request: pytest.FixtureRequest) -> str:
    """Return the id of a student who has handed nothing in yet."""
    return hashlib.sha256(request.node.name.encode()).hexdigest()[:8]


def test_a_score_is_stored_for_each_exercise(course: Class, anna: str) -> None:
    course.hand_in(anna, notebook(echo="def echo(): 'right'", twice="def twice(): ..."))
    assert course.autograde(anna)["success"]
    assert course.scores(anna) == {"check-echo": 3, "check-twice": 0.5}
    assert course.comments(anna) == {"echo": None, "twice": None}


def test_the_report_is_the_value_of_the_grade_cell(course: Class, anna: str) -> None:
    course.hand_in(anna, notebook(echo="def echo(): 'right'"))
    assert course.autograde(anna)["success"]
    graded = json.loads((course.autograded(anna) / f"{CHAPTER}.ipynb").read_bytes())
    (output,) = next(cell for cell in graded["cells"] if cell["id"] == "check-twice")["outputs"]
    assert output["output_type"] == "execute_result"
    assert "".join(output["data"]["text/plain"]) == "0.5"
    assert "twice &lt;b&gt;" in "".join(output["data"]["text/html"])


def test_where_no_grade_can_be_given_none_is(course: Class, anna: str) -> None:
    course.hand_in(anna, notebook(echo="def echo(): 'unjudgeable'"))
    done = course.autograde(anna)
    assert not done["success"]
    assert f"{anna} was not graded: This machine forbids namespaces." in done["log"]
    assert not course.autograded(anna).exists()


def test_a_gradebook_that_does_not_fit_the_rules_is_said_to(course: Class, anna: str) -> None:
    course.hand_in(anna, notebook(echo="def echo(): 'more points'"))
    done = course.autograde(anna)
    assert not done["success"]
    assert "Run `autograder init-course`, then grade again." in done["log"]


def test_notes_are_a_comment_that_nothing_acts_on(course: Class, anna: str) -> None:
    course.hand_in(anna, notebook(echo="def echo(): 'noted'", given="LIMIT = 9"))
    assert course.autograde(anna)["success"]
    changed, quoted = str(course.comments(anna)["echo"]).split("\n\n")
    assert changed == "The setup cell given was changed: the released text is used."
    assert quoted.startswith("cell 7: NameError: &#60;script&#62;")
    assert not set("<>![]") & set(quoted)


def test_a_comment_and_a_score_by_hand_survive_a_regrade(course: Class, anna: str) -> None:
    course.hand_in(anna, notebook(echo="def echo(): 'noted'"))
    assert course.autograde(anna)["success"]
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        submission = (CHAPTER, CHAPTER, anna)
        gradebook.find_comment("echo", *submission).manual_comment = "Come and see me."
        gradebook.find_grade("check-twice", *submission).manual_score = 2
        gradebook.db.commit()
    assert course.autograde(anna)["success"]
    assert course.comments(anna)["echo"] == "Come and see me."
    assert course.scores(anna)["check-twice"] == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The notebook is an empty file."),
        (b"\xff\xfe", "The notebook is an empty file."),
        (b"[" * 100_000, "The notebook is JSON that no notebook program writes."),
        (b'{"cells": 7}', "The notebook has no list of cells."),
        (b'{"cells": [{}]}', "The solution cell echo is missing."),
    ],
)
def test_a_broken_notebook_gets_a_score_and_a_reason(
    course: Class, anna: str, content: bytes, reason: str
) -> None:
    course.hand_in(anna, content)
    assert course.autograde(anna)["success"]
    assert course.scores(anna) == {"check-echo": 0.5, "check-twice": 0.5}
    assert reason in str(course.comments(anna)["echo"])


def test_tampered_metadata_changes_nothing(course: Class, anna: str) -> None:
    forged = notebook(echo="def echo(): ...", check_echo="777", check_twice="777")
    for cell in forged["cells"]:
        cell["metadata"]["tags"] = ["skip-execution"]
        cell["outputs"] = [{"output_type": "execute_result", "data": {"text/plain": "777"}}]
        cell["attachments"] = {"x.svg": {"image/svg+xml": "<svg onload='alert(1)'/>"}}
        cell["metadata"].setdefault("nbgrader", {})["points"] = 1000
        cell["metadata"]["nbgrader"]["grade"] = True
    course.hand_in(anna, forged)
    assert course.autograde(anna)["success"]
    assert course.scores(anna) == {"check-echo": 0.5, "check-twice": 0.5}
    graded = (course.autograded(anna) / f"{CHAPTER}.ipynb").read_text()
    assert not any(word in graded for word in ("skip-execution", "1000", "svg"))


def test_what_lies_beside_the_notebook_is_set_aside(course: Class, anna: str) -> None:
    course.hand_in(anna, notebook(echo="def echo(): 'right'"))
    folder = course.folder(anna)
    (folder / "timestamp.txt").write_text("2026-01-01 00:00:00 UTC")
    (folder / "data").mkdir()
    (folder / "data" / "big.bin").write_bytes(b"x")
    (course.root / "others.txt").write_text("another student's work")
    (folder / "link.txt").symlink_to(course.root / "others.txt")
    os.mkfifo(folder / "fifo")
    for _ in range(2):  # a file of the same name may be there again
        assert course.autograde(anna)["success"]
        assert [p.name for p in folder.iterdir() if p.suffix != ".ipynb"] == ["timestamp.txt"]
        (folder / "data").mkdir()
    names = sorted(path.name for path in (course.root / "set_aside" / anna / CHAPTER).iterdir())
    assert names == ["0-data", "1-fifo", "2-link.txt", "3-data"]
    assert sorted(path.name for path in course.autograded(anna).iterdir()) == [
        f"{CHAPTER}.ipynb",
        "timestamp.txt",
    ]


@pytest.mark.parametrize("time", [b"", b"tomorrow", b"\xff\xfe", b"9" * 10_000, b"\0"])
def test_a_time_that_is_none_costs_nobody_the_grade(course: Class, time: bytes) -> None:
    student = f"late{len(time)}"
    course.hand_in(student, notebook(echo="def echo(): 'right'"))
    (course.folder(student) / "timestamp.txt").write_bytes(time)
    assert course.autograde(student)["success"]
    assert course.scores(student)["check-echo"] == 3


def test_a_link_in_place_of_the_notebook_is_not_followed(course: Class, anna: str) -> None:
    right = course.hand_in("ben", notebook(echo="def echo(): 'right'"))
    (course.folder(anna) / f"{CHAPTER}.ipynb").symlink_to(right)
    assert course.autograde(anna)["success"]
    assert course.scores(anna) == {"check-echo": 0.5, "check-twice": 0.5}
    assert "cannot be opened as a regular file" in str(course.comments(anna)["echo"])
