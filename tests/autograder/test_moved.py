"""An exercise that has gone to another chapter answers to its old id with a sentence."""

import json
from collections.abc import Iterator

import pytest

from autograder.judging import practice
from autograder.judging.judge import judge
from autograder.judging.practice import CheckFailed, check, replay
from autograder.notebooks.chapter import ROOT, chapter, names, reference
from autograder.notebooks.placing import Seen, place
from autograder.notebooks.rebuild import notes_of, rebuild
from autograder.notebooks.submission import read
from autograder.rules import MovedExercise, exercises, find, find_rule, moved

OLD, NEW = "ch13/run_command", "ch13b/run_command"
ENGLISH = f"{OLD} has moved: it is {NEW} now, in the notebook of chapter 13b, and counts there."
CHINESE = f"{OLD} 已经移走：它现在是 {NEW}，在第 13b 章的笔记本里，到那里才计分。"
SENTENCES = {"en": ENGLISH, "zh": CHINESE}


def before(language: str) -> bytes:
    """Return a right notebook of the time when run_command was in chapter 13."""
    name = chapter("ch13").name
    path = ROOT / "notebooks" / language / name / f"{name}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    right = {cell.id: cell.source for cell in reference("ch13").cells if cell.role == "solution"}
    for cell in notebook["cells"]:
        cell["source"] = right.get(cell["id"], cell["source"])
    (answer,) = (cell for cell in reference("ch13b").cells if cell.id == "run-command")
    for id, source in ((answer.id, answer.source), (f"check-{answer.id}", f'check("{OLD}")')):
        grade = {"grade_id": id, "schema_version": 3, "locked": False, "grade": "check" in id}
        grade |= {"solution": "check" not in id, "task": False, "points": 3}
        metadata = {"nbgrader": grade, "live_sockets": {"role": "solution", "exercise": OLD}}
        notebook["cells"].append(
            {
                "cell_type": "code",
                "id": id,
                "metadata": metadata,
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
        )
    return json.dumps(notebook).encode()


def gone() -> Iterator[tuple[str, str]]:
    for name in names():
        yield from moved(name).items()


@pytest.mark.parametrize(("old", "new"), list(gone()))
def test_the_old_id_is_free_and_the_new_one_is_an_exercise(old: str, new: str) -> None:
    assert old not in {each.id for each in exercises(old.partition("/")[0])}
    assert find(new).id == new
    with pytest.raises(MovedExercise, match=f"^{old} has moved: it is {new} now"):
        find(old)
    with pytest.raises(MovedExercise):
        find_rule(f"{old}/some_rule")


def test_a_chapter_that_has_lost_nothing_or_is_none_has_nothing_moved() -> None:
    assert not moved("ch04")
    assert not moved("ch99")


class Watched:
    """A kernel, with or without somebody in front of it."""

    def __init__(self, *, watched: bool) -> None:
        self.watched = watched


@pytest.mark.parametrize(("language", "said"), list(SENTENCES.items()))
def test_a_check_says_where_it_is_and_run_all_goes_on(
    language: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(practice.Kernel, "current", lambda: Watched(watched=True))
    check(OLD, language=language)
    assert capsys.readouterr().out == f"{said}\n"
    with pytest.raises(CheckFailed, match=said):
        replay(f"{OLD}/no_such_program", language=language)
    monkeypatch.setattr(practice.Kernel, "current", lambda: Watched(watched=False))
    with pytest.raises(CheckFailed, match=said):
        check(OLD, language=language)


@pytest.mark.parametrize(("language", "said"), list(SENTENCES.items()))
def test_a_notebook_of_before_is_laid_on_the_release_with_that_note(
    language: str, said: str
) -> None:
    assert said in notes_of(rebuild(read(before(language)), "ch13"))


def test_a_notebook_of_today_has_no_such_note() -> None:
    release = chapter("ch13")
    cells = [Seen(cell.id, cell.source) for cell in release.cells if cell.role != "prose"]
    assert not place(cells, release).notes


def test_it_is_graded_for_what_is_there(sandboxed: None) -> None:
    verdict = judge(before("en"), "ch13_framing", secret="")
    assert verdict.score == verdict.points == 20
    assert ENGLISH in verdict.notes
