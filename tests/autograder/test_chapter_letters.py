"""Several chapters are two notebooks: ch05 and ch05b are known apart wherever ids are read."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from autograder import rules
from autograder.authoring import build
from autograder.authoring.source import digest, parse
from autograder.exercise import Exercise
from autograder.judging import results
from autograder.notebooks import chapter


def declare(monkeypatch: pytest.MonkeyPatch, number: str, *names: str) -> None:
    """Let there be a chapter with exercises of these names."""
    module = ModuleType(f"autograder.rules.{number}")
    module.EXERCISES = tuple(  # type: ignore[attr-defined]
        Exercise(f"{number}/{name}", 2, (name,), []) for name in names
    )
    monkeypatch.setitem(sys.modules, module.__name__, module)


@pytest.fixture
def twins(monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch, "ch95", "chat")
    declare(monkeypatch, "ch95b", "discover", "answer")


@pytest.mark.parametrize("name", ["ch95b", "ch95b_discovery"])
def test_a_chapter_with_a_letter_has_its_own_exercises(twins: None, name: str) -> None:
    assert [each.id for each in rules.exercises(name)] == ["ch95b/discover", "ch95b/answer"]
    assert rules.find("ch95b/answer").names == ("answer",)
    assert [each.id for each in rules.exercises("ch95_chat")] == ["ch95/chat"]


def test_a_slip_is_answered_from_the_same_chapter(twins: None) -> None:
    with pytest.raises(rules.UnknownExercise, match="^There is no exercise 'ch95b/chats': did you"):
        rules.find("ch95b/chats")
    with pytest.raises(rules.UnknownExercise, match="which chapter is it\\?$"):
        rules.find("ch95c/chat")
    with pytest.raises(rules.UnknownExercise, match="which chapter is it\\?$"):
        rules.find("common/word")  # it lies beside the chapters


def test_cells_of_such_a_chapter_are_read() -> None:
    of = digest("# Finding each other")
    source = parse(
        f"""\
# %% [markdown] id="title" lang="en"
# # Finding each other
# %% [markdown] id="title" lang="zh" of="{of}"
# # 找到彼此
# %% id="answer" solution="ch95b/answer"
def answer(): pass
# %% id="check-answer" check="ch95b/answer"
check("ch95b/answer")
""",
        "solutions/ch95b_discovery.py",
    )
    assert source.problems == ()
    assert source.chapter == "ch95b"
    assert [cell.exercise for cell in source.cells] == [None, "ch95b/answer", "ch95b/answer"]


def make(root: Path, *names: str) -> None:
    (root / "solutions").mkdir()
    for name in names:
        (root / "solutions" / f"{name}.py").touch()
        for language in ("en", "zh"):
            folder = root / "notebooks" / language / name
            folder.mkdir(parents=True)
            (folder / f"{name}.ipynb").write_text('{"cells": []}')


NAMES = ["ch05_chat", "ch05b_discovery", "ch06_tftp_client", "ch12_life", "ch12b_tools"]


def test_they_stand_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, *reversed(NAMES))
    monkeypatch.setattr(chapter, "ROOT", tmp_path)
    assert list(chapter.names()) == NAMES
    assert [path.stem for path in build.chapters(tmp_path)] == NAMES
    assert [path.stem for path in build.chapters(tmp_path, ["ch05"])] == ["ch05_chat"]
    assert [path.stem for path in build.chapters(tmp_path, ["ch05b"])] == ["ch05b_discovery"]


def test_a_grade_depends_on_the_rules_of_its_own_chapter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in ("ch05", "ch05b"):
        folder = tmp_path / "autograder" / "rules" / number
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
    (tmp_path / "netlib").mkdir()
    monkeypatch.setattr(results, "_HOUSE", tmp_path)
    for name, number in (("ch05_chat", "ch05"), ("ch05b_discovery", "ch05b")):
        deciding = {path.parent.name for path in results._deciding(name) if path.suffix == ".py"}
        assert deciding == {number}
