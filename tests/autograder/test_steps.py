"""What leads on from a report: hint() step by step, its page in the catalogue, another way."""

import json
import re
from pathlib import Path

import pytest

from autograder import zh
from autograder.authoring import catalogue as pages
from autograder.notebooks.chapter import ROOT, reference
from autograder.report.html import check, html
from autograder.report.steps import Step, as_html, steps
from autograder.rules import find
from autograder.text.misconceptions import catalogue
from autograder.text.story import Kind
from autograder.verdict import ExerciseVerdict, RuleVerdict, Told
from autograder.way import hints
from autograder.way.another_way import another_way
from autograder.way.hints import about, hint
from autograder.way.record import keep

CODE = "UDP-06"


@pytest.fixture(autouse=True)
def nothing_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hints, "_shown", {})
    monkeypatch.setattr(hints, "_last", "")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_steps_come_one_by_one_and_end(language: str) -> None:
    every = steps(catalogue()[CODE], language)
    assert len(every) == 4
    for count in range(1, 5):
        told = hint(CODE if count == 1 else "", language=language)
        assert told is not None
        assert told.shown == tuple(every[:count])
        assert told.left == 4 - count
    again = hint(language=language)
    assert again is not None
    assert (again.shown, again.left) == (tuple(every), 0)


def test_after_a_check_the_question_is_known_already() -> None:
    about(CODE)
    told = hint()
    assert told is not None
    assert len(told.shown) == 2
    assert str(told).splitlines()[0].startswith(CODE)
    assert "2 more steps: hint()" in str(told)


def test_without_a_code_there_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert hint() is None
    assert hint("UDP-99") is None
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("The last check has cited no code")
    assert second.startswith("There is no code UDP-99")
    assert zh.hint("UDP-99") is None
    assert "没有 UDP-99 这个编号" in capsys.readouterr().out


def test_a_step_as_html_keeps_code_and_escapes_it() -> None:
    shown = as_html(Step("Say `a < b`:\n```python\nx = '<b>'\n```\nend"))
    assert "<code>a &lt; b</code>" in shown
    assert re.search(r"<pre style=[^>]*overflow-x:auto[^>]*>x = '&lt;b&gt;'</pre>", shown)
    link = Step("see", "../ch04_udp/ch04_udp.ipynb#cell-id=cut")
    assert as_html(link) == '<a href="../ch04_udp/ch04_udp.ipynb#cell-id=cut">see</a>'
    assert as_html(link, linked=False) == "see"


def red() -> RuleVerdict:
    told = Told(expected="4 bytes", got="2 bytes")
    return RuleVerdict(find("ch04/recv_one").rules[0].id, False, Kind.FAILED, CODE, "message", told)


def test_a_check_leads_to_the_page_and_to_every_step() -> None:
    shown = check("ch04/recv_one", red(), [])
    assert f'<a href="../catalogue.ipynb#cell-id={CODE}">{CODE}</a>' in shown
    assert shown.count("A further hint") == 3
    look = catalogue()[CODE].look.en
    assert look.partition("`")[0].partition("'")[0] in shown


def test_a_feedback_page_has_the_steps_and_no_link_that_leads_nowhere() -> None:
    shown = html(ExerciseVerdict("ch04/recv_one", 0, 3, (red(),)))
    assert shown.count("A further hint") == 3
    assert "href" not in shown


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_has_every_code_at_its_own_cell(language: str) -> None:
    path = ROOT / "notebooks" / language / "catalogue.ipynb"
    assert path.read_text(encoding="utf-8") == pages.page(language), "run `autograder build`"
    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(path.read_text())["cells"]}
    assert [*cells][1:] == [*catalogue()]
    for entry in catalogue().values():
        assert entry.hint.in_(language) in cells[entry.id]


def test_every_place_that_a_step_leads_to_exists() -> None:
    for entry in catalogue().values():
        assert not entry.where or [s.link for s in steps(entry, "en") if s.link], entry.id


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Do you know this Python?"), ("zh", "这些 Python 你会吗？")]
)
def test_what_stands_behind_an_exercise_is_named_after_its_section(
    language: str, name: str
) -> None:
    entry = catalogue()["CON-10"]  # chapter 00 shows it behind exercise 4
    (where,) = [step for step in steps(entry, language) if step.link]
    assert name in where.text


# -- another way --------------------------------------------------------------------------------


def test_another_way_is_shown_after_full_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LIVE_SOCKETS_PROGRESS", str(tmp_path / "progress.json"))
    keep("ch04/send_text", 1, 2, "")
    another_way("ch04/send_text")
    assert "is shown when you have all its points" in capsys.readouterr().out
    keep("ch04/send_text", 2, 2, "")
    another_way("ch04/send_text")
    cell = next(c for c in reference("ch04").cells if c.exercise == "ch04/send_text")
    assert cell.source in capsys.readouterr().out


def test_an_instructor_may_show_it_to_everybody(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LIVE_SOCKETS_SHOW_REFERENCES", "1")
    zh.another_way("ch04/send_text")
    assert "另一种写法" in capsys.readouterr().out
