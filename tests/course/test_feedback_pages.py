"""Reports as HTML: what they tell, that nothing in them is more than text, and no graded draw.

Browsers look at the same in tests/browser/test_instructor.py.
"""

import json
import runpy
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.judging.judge import judge
from autograder.report.html import html
from autograder.rules import exercises
from autograder.text.story import Kind
from autograder.verdict import ExerciseVerdict, RuleVerdict, Told

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = "ch04_udp"
SECRET = "5f" * 32
LANGUAGES = ("en", "zh")
HOSTILE = runpy.run_path(str(ROOT / "tests" / "browser" / "hostile.py"))

Release = Any  # see tests/conftest.py


class Shown(HTMLParser):
    """What a page shows, and what it is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.text = page, ""
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.labels: list[str] = []
        self.sources: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.labels += [value for name, value in attrs if name == "alt"]
        self.sources += [value for name, value in attrs if name == "src"]
        if tag not in ("br", "img"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


TAGS = {"bdi", "bdo", "br", "code", "details", "div", "em", "li", "p", "pre", "span", "strong"}
TAGS |= {"img", "summary", "ul"}
ATTRIBUTES = {"alt", "class", "dir", "lang", "src", "style"}
PARTS = ("picture", "steps", "expected", "got", "remark", "faults", "again")


def rule(
    number: int = 0,
    outcome: Kind = Kind.PASSED,
    misconception: str | None = None,
    message: str = "",
    **told: str,
) -> RuleVerdict:
    """Return what the judge says of a rule of the first exercise."""
    id = exercises("ch04")[0].rules[number].id
    passed = outcome == Kind.PASSED
    return RuleVerdict(id, passed, outcome, misconception, message, Told(**told))


def exercise(*rules: RuleVerdict) -> ExerciseVerdict:
    """Return what the judge says of the first exercise."""
    first = exercises("ch04")[0]
    return ExerciseVerdict(first.id, first.points, 1.25, rules)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_failed_rule_is_told_in_full(language: str) -> None:
    told = {
        "picture": "<svg/>",
        "steps": "1. anna to you: 3 B",
        "expected": "the answer: 3 bytes",
        "got": "None",
        "remark": "first difference at byte 2",
        "faults": "lose 1",
        "again": 'replay("ch04/send_text/x", "lose 1")',
    }
    said = rule(0, Kind.FAILED, "UDP-11", **told)
    page = Shown(html(exercise(said, rule(1)), language))
    first = exercises("ch04")[0]
    assert f"✗ {first.rules[0].clause.in_(language)}" in page.text
    assert {"en": "1.25 of 2 points", "zh": "得 1.25 / 2 分"}[language] in page.text
    assert {"en": "0 of 0.5", "zh": "0 / 0.5"}[language] not in page.text  # nobody's step
    for name in ("expected", "got", "remark", "faults", "again"):
        assert told[name] in page.text
    assert page.sources == ["data:image/svg+xml;base64,PHN2Zy8+"]
    assert [label.endswith(told["steps"]) for label in page.labels] == [True]
    for part in {
        "en": ("UDP-11 One datagram is one message", "(udp(7))", "does zero length mean"),
        "zh": ("UDP-11 一个数据报就是一条消息", "（udp(7)）", "长度为零表示"),
    }[language]:
        assert part in page.text
    folded = page.page[page.page.index("<details>") :]
    assert f"✓ {first.rules[1].clause.in_(language)}" in folded


def test_the_network_of_a_rule_is_named() -> None:
    numbers = [i for i, it in enumerate(exercises("ch04")[0].rules) if it.condition == "empty"]
    page = Shown(html(exercise(rule(numbers[0], Kind.FAILED, got="None"))))
    assert "Case: an empty message" in page.text


def test_what_is_unwritten_is_said_once() -> None:
    said = [rule(n, Kind.UNWRITTEN, remark="It is not written yet.") for n in range(2)]
    page = Shown(html(exercise(*said)))
    assert page.text.count("It is not written yet.") == 1
    assert exercises("ch04")[0].rules[0].clause.en not in page.text


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [(Kind.FAILED, "drawn for grading alone"), (Kind.LATE, "had not come to an end")],
)
def test_a_rule_without_a_story_says_why_there_is_none(outcome: Kind, sentence: str) -> None:
    assert sentence in Shown(html(exercise(rule(0, outcome)))).text


def test_a_rule_that_is_not_known_here_says_what_the_judge_said() -> None:
    said = rule(0, Kind.FAILED, message="✗ <b>\n  0 of 1")
    assert "✗ <b>\n  0 of 1" in Shown(html(ExerciseVerdict("ch99/x", 1, 0, (said,)))).text


texts = st.text() | st.sampled_from([text * 3 for text in HOSTILE["MARKUP"]])
tellings = st.fixed_dictionaries({}, optional=dict.fromkeys(PARTS, texts))


@given(
    said=st.lists(
        st.builds(
            RuleVerdict,
            id=st.sampled_from([r.id for r in exercises("ch04")[0].rules]) | texts,
            passed=st.booleans(),
            outcome=st.sampled_from([Kind.FAILED, Kind.LATE, Kind.UNWRITTEN, Kind.NOT_RUN]),
            misconception=st.sampled_from([None, "UDP-01"]) | texts,
            message=texts,
            told=st.builds(lambda told: Told(**told), tellings),
        ),
        max_size=3,
    ).map(tuple),
    id=st.just("ch04/send_text") | texts,
    language=st.sampled_from(LANGUAGES),
)
def test_whatever_is_told_is_text(said: tuple[RuleVerdict, ...], id: str, language: str) -> None:
    page = Shown(html(ExerciseVerdict(id, 2, 0, said), language))
    assert page.tags <= TAGS
    assert page.attributes <= ATTRIBUTES
    for text in (page.text, *page.labels):
        assert text.replace("\n", "").isprintable()
    for source in page.sources:
        assert source.startswith("data:image/svg+xml;base64,")


def test_a_megabyte_is_cut() -> None:
    mega = "<&'\n\x1b" * 200_000
    said = rule(0, Kind.FAILED, mega, mega, **dict.fromkeys(PARTS, mega))
    assert len(html(exercise(said, said))) < 300_000
    said = rule(0, Kind.FAILED, message=mega)
    assert len(html(ExerciseVerdict(mega, 1, 0, (said,)))) < 150_000


def test_no_page_tells_the_graded_draw(sandboxed: None, english: Release) -> None:
    words = HOSTILE["words_of_the_draw"](english.notebook(), SECRET)
    assert len(words) > 20
    thief = json.dumps(HOSTILE["solved"](english.notebook(), HOSTILE["THIEF"])).encode()
    verdict = judge(thief, ASSIGNMENT, secret=SECRET)
    told = json.dumps(verdict.to_dict()) + "".join(map(html, verdict.exercises))
    assert "stolen" in told
    assert [word for word in words if word in told] == []
