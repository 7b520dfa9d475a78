"""Follow-through: what a mistake in one exercise costs those that build on it."""

import json
import random
import shutil
from pathlib import Path

import pytest

from autograder.exercise import Exercise, Report, Rules
from autograder.guest.loading import LoadCell
from autograder.judging import follow_through
from autograder.judging.draws import public_draw
from autograder.judging.follow_through import first_to_mend, followed
from autograder.judging.fork import fork
from autograder.judging.judge import judge
from autograder.judging.run_rules import run
from autograder.learner.program import Program
from autograder.network import Learner, Steps
from autograder.notebooks.chapter import Cell, Chapter

ROOT = Path(__file__).resolve().parents[2]
RIGHT = {
    "one": "def one(): return 1",
    "two": "def two(): return one() + 1",
    "three": "def three(): return two() + one()",
}


def made(name: str, number: int, *uses: str) -> Exercise:
    rules = Rules()

    @rules.rule(misconception="UDP-04")
    def its_number(learner: Learner, steps: Steps, rng: random.Random) -> None:
        """It returns its number.

        返回它的数。
        """
        steps.expect("value", got=learner.call(name), want=number)

    return Exercise(f"tst/{name}", 2, (name,), rules, uses)


EXERCISES = (made("one", 1), made("two", 2, "tst/one"), made("three", 3, "tst/two"))


@pytest.fixture(autouse=True)
def chapter(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chapter of three exercises, each of which builds on those before it."""
    monkeypatch.setattr(follow_through, "exercises", lambda chapter: EXERCISES)
    cells = tuple(Cell(name, "solution", source, f"tst/{name}") for name, source in RIGHT.items())
    monkeypatch.setattr(follow_through, "reference", lambda chapter: Chapter("tst", "en", cells))


def handed_in(**wrong: str) -> tuple[LoadCell, ...]:
    sources = RIGHT | wrong
    return tuple(LoadCell(name, source, whole=True) for name, source in sources.items())


def judged(loaded: tuple[LoadCell, ...]) -> tuple[list[float], list[float], list[str]]:
    """Return the points before, the points after, and the notes."""
    reports: list[Report] = [
        run(each, Program(loaded, fork), public_draw(each)) for each in EXERCISES
    ]
    after, notes = followed(
        reports, loaded, lambda them: Program(them, fork), public_draw, float("inf")
    )
    return [r.score for r in reports], [r.score for r in after], [note.en for note in notes]


def test_what_is_right_stays_as_it_is() -> None:
    assert judged(handed_in()) == ([2, 2, 2], [2, 2, 2], [])


def test_a_mistake_costs_its_own_exercise_only() -> None:
    before, after, notes = judged(handed_in(one="def one(): return 5"))
    assert (before, after) == ([0, 0, 0], [0, 2, 2])
    assert notes == [
        "tst/two was judged with your tst/one put right.",
        "tst/three was judged with your tst/one, tst/two put right.",
    ]


def test_a_mistake_of_its_own_still_costs_it() -> None:
    wrong = handed_in(one="def one(): return 5", three="def three(): return two()")
    assert judged(wrong)[1] == [0, 2, 0]


def test_what_fails_all_the_same_is_told_as_it_fails_then() -> None:
    """A report that says "put right" shows no line of what was wrong, nor of the right answer."""
    wrong = handed_in(
        one="def one():\n    raise ValueError('mine')", two="def two():\n    return one() + 7"
    )
    reports = [run(each, Program(wrong, fork), public_draw(each)) for each in EXERCISES]
    (before,) = reports[1].outcomes
    assert before.remark is not None and "in one, line 2" in before.remark.en
    after, _ = followed(
        reports, wrong, lambda them: Program(them, fork), public_draw, float("inf"), shrink=True
    )
    (told,) = after[1].outcomes
    assert told.got is not None and told.got.en == "8"
    assert told.remark is None or "one" not in told.remark.en


def test_no_line_of_a_right_answer_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = (Cell("one", "solution", "def one(what=1):\n    return int(what)", "tst/one"),)
    monkeypatch.setattr(follow_through, "reference", lambda chapter: Chapter("tst", "en", cells))
    wrong = handed_in(one="def one(): return 5", two="def two():\n    return one('x')")
    reports = [run(each, Program(wrong, fork), public_draw(each)) for each in EXERCISES]
    after, _ = followed(reports, wrong, lambda them: Program(them, fork), public_draw, float("inf"))
    (told,) = after[1].outcomes
    assert told.remark is not None
    assert told.remark.en == "in two, line 2 of the cell: return one('x')"


def test_nothing_is_helped_where_nothing_before_it_fails() -> None:
    assert judged(handed_in(three="def three(): return 7")) == ([2, 2, 0], [2, 2, 0], [])


def test_what_is_not_written_is_helped_to_nothing() -> None:
    unwritten = "def three(): raise NotImplementedError"
    assert judged(handed_in(one="def one(): return 5", three=unwritten))[1] == [0, 2, 0]


def test_practice_sends_to_the_first_that_is_wrong() -> None:
    cells = Program(handed_in(one="def one(): return 5"), fork)
    try:
        note = first_to_mend(EXERCISES[-1], cells, public_draw)
        assert note is not None
        first = '(check("tst/one"))'
        assert note.en == f"three uses one, which is not right yet: mend that first {first}."
        assert note.zh.startswith("three 用到了 one，而 one 还不对")
    finally:
        cells.close()
    right = Program(handed_in(three="def three(): return 7"), fork)
    try:
        assert first_to_mend(EXERCISES[-1], right, public_draw) is None
    finally:
        right.close()


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="grading needs bubblewrap")
def test_in_a_graded_chapter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # the real exercises
    notebook = json.loads((ROOT / "solutions" / "ch06_tftp_client.ipynb").read_text())
    for cell in notebook["cells"]:
        if cell["id"] == "build-ack":
            cell["source"] = "def build_ack(block): return b'ack'"
    verdict = judge(json.dumps(notebook).encode(), "ch06", secret="00" * 32)
    scores = {each.id: each.score for each in verdict.exercises}
    assert scores["ch06/build_ack"] == 0
    assert verdict.score == 19, verdict
    assert "ch06/receiver was judged with your ch06/build_ack put right." in verdict.notes
