"""Predictions: asked, kept, and shown beside what happened."""

import json
from pathlib import Path

import pytest

from autograder.notebooks.chapter import chapter
from autograder.way import predictions as way
from autograder.way.predictions import outcome, predict, predictions

ASKED = "Which ports will they have?"
CHOICES = {"same": "one port", "two": "two different ports"}


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where they are kept, by a learner who has predicted nothing in this kernel."""
    monkeypatch.setenv("LIVE_SOCKETS_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.setattr(way, "_asked", {})
    return tmp_path / "predictions.json"


def test_what_came_is_shown_beside_what_was_said() -> None:
    predict("ch04/ports", ASKED, **CHOICES).answer("same")
    assert str(outcome("ch04/ports", "two")) == (
        "You predicted: one port. It was: two different ports."
    )
    predict("ch04/ports", ASKED, **CHOICES).answer("two")
    said = str(outcome("ch04/ports", "two"))
    assert said == "You predicted: two different ports. It was: two different ports. ✓"


def test_in_chinese() -> None:
    predict("ch04/count", "会看到几个箭头？", language="zh").answer(4)
    assert str(outcome("ch04/count", 4, language="zh")) == "你的预测：4；实际：4。 ✓"
    assert "猜对了 1 个" in str(predictions("ch04", language="zh"))


@pytest.mark.parametrize(
    ("said", "came", "right"),
    [
        ("65,507", 65507, True),
        (" Hello  world", "hello world", True),
        ("3", 4, False),
        ("b'hi'", b"hi", True),
    ],
)
def test_numbers_and_words(said: str, came: object, right: bool) -> None:
    predict("ch04/limit", "How many?").answer(said)
    assert outcome("ch04/limit", came).right is right


def test_nothing_said_is_no_mistake() -> None:
    predict("ch04/ports", ASKED, **CHOICES)
    told = outcome("ch04/ports", "same")
    assert str(told) == "It was: one port. (You had predicted nothing.)"
    assert str(predictions("ch04")).splitlines()[1:] == []


def test_an_answer_is_kept_over_a_restart(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    predict("ch04/ports", ASKED, **CHOICES).answer("two")
    monkeypatch.setattr(way, "_asked", {})
    predict("ch04/ports", ASKED, **CHOICES)
    assert outcome("ch04/ports", "two").right
    assert json.loads(file.read_text())["predictions"]["ch04/ports"]["right"] is True


def test_an_answer_stands_once_its_outcome_was_seen() -> None:
    predict("ch04/ports", ASKED, **CHOICES).answer("same")
    outcome("ch04/ports", "two")
    predict("ch04/ports", ASKED, **CHOICES).answer("two")
    assert outcome("ch04/ports", "two").right
    assert "You predicted 0 of" in str(predictions("ch04"))


def test_the_chapters_end_counts_what_was_asked() -> None:
    asked = sum(cell.role == "predict" for cell in chapter("ch04").cells)
    predict("ch04/ports", ASKED, **CHOICES).answer("two")
    outcome("ch04/ports", "two")
    predict("ch06/other", "Another chapter's").answer("1")
    outcome("ch06/other", "1")
    total, question, beside = str(predictions("ch04")).splitlines()
    assert total == f"You predicted 1 of {asked} right."
    assert question == f"✓ {ASKED}"
    assert "two different ports" in beside


def test_no_such_choice() -> None:
    with pytest.raises(ValueError, match=r"expected one of same, two for ch04/ports; got '3'"):
        predict("ch04/ports", ASKED, **CHOICES).answer("3")


def test_no_such_id() -> None:
    with pytest.raises(ValueError, match="expected an id"):
        predict("ports", ASKED)


def test_a_click_answers() -> None:
    pytest.importorskip("ipywidgets")
    asked = predict("ch04/ports", ASKED, **CHOICES)
    _, field, noted = asked._widget().children
    field.value = "two"
    assert noted.value == "Noted. Now run the next cell."
    assert outcome("ch04/ports", "two").right


def test_without_a_mouse_the_text_says_how() -> None:
    text = str(predict("ch04/ports", ASKED, **CHOICES))
    assert ASKED in text
    assert "same  one port" in text
    assert ".answer('same')" in text


def test_an_answer_in_the_cell_is_confirmed() -> None:
    answered = predict("ch04/ports", ASKED, **CHOICES).answer("two")
    said = f"{ASKED}\n  two different ports\nNoted. Now run the next cell."
    assert answered._repr_mimebundle_() == {"text/plain": said}


def test_what_cannot_be_read_is_set_aside(file: Path) -> None:
    file.write_text('{"format": 1, "predictions": {"ch04/ports": {"said": 3}}}')
    predict("ch04/ports", ASKED, **CHOICES).answer("two")
    assert outcome("ch04/ports", "two").right
    assert file.with_name("predictions.json.unreadable").is_file()
