"""Verdicts as values and as JSON: what is written is read again, and nothing else is."""

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.exercise import Exercise
from autograder.rules import exercises
from autograder.text.story import Kind
from autograder.verdict import ExerciseVerdict, RuleVerdict, Told, Verdict

ASSIGNMENT = "ch04_udp"
MOST_TEXT = 100_000  # characters
PARTS = ("picture", "steps", "faults", "again", "expected", "got", "remark")


def of_nobody(outcome: Kind = Kind.FAILED, score: float = 0.0) -> Verdict:
    """Return the verdict on chapter 04 in which every rule came out so."""
    found = tuple(
        ExerciseVerdict(
            exercise.id,
            exercise.points,
            score,
            tuple(
                RuleVerdict(rule.id, outcome == Kind.PASSED, outcome, None, "✗ it", Told(got="1"))
                for rule in exercise.rules
            ),
        )
        for exercise in exercises("ch04")
    )
    points = sum(exercise.points for exercise in exercises("ch04"))
    return Verdict(ASSIGNMENT, score * len(found), points, ("a note",), "public", found)


# -- there and back --------------------------------------------------------------------------

texts = st.text(max_size=20)
some = st.none() | texts
numbers = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
rules = st.builds(
    RuleVerdict,
    id=texts,
    passed=st.booleans(),
    outcome=st.sampled_from(Kind),
    misconception=some,
    message=texts,
    told=st.builds(Told, **dict.fromkeys(PARTS, some)),
)
on_exercises = st.builds(
    ExerciseVerdict,
    id=texts,
    points=numbers,
    score=numbers,
    rules=st.lists(rules, max_size=3).map(tuple),
)
verdicts = st.builds(
    Verdict,
    assignment=texts,
    score=numbers,
    points=numbers,
    notes=st.lists(texts, max_size=3).map(tuple),
    draw=texts,
    exercises=st.lists(on_exercises, max_size=3).map(tuple),
)


@given(verdicts)
def test_what_is_written_as_json_is_read_again(verdict: Verdict) -> None:
    assert Verdict.from_dict(verdict.to_dict()) == verdict
    crossed = Verdict.from_dict(json.loads(json.dumps(verdict.to_dict())))
    assert crossed == verdict
    assert json.dumps(crossed.to_dict()) == json.dumps(verdict.to_dict())


def test_json_says_everything_and_no_part_that_there_is_not() -> None:
    told = Told(steps="1. f()", got="None")
    rule = RuleVerdict("a_rule", False, Kind.LATE, "UDP-04", "✗ it holds", told)
    silent = replace(rule, passed=True, outcome=Kind.PASSED, misconception=None, told=Told())
    found = ExerciseVerdict("ch99/x", 2, 1.5, (rule, silent))
    verdict = Verdict("ch99_toy", 1.5, 2, ("a note",), "0a1b2c3d", (found,))
    assert verdict.to_dict() == {
        "assignment": "ch99_toy",
        "score": 1.5,
        "points": 2,
        "notes": ["a note"],
        "draw": "0a1b2c3d",
        "exercises": [
            {
                "id": "ch99/x",
                "points": 2,
                "score": 1.5,
                "rules": [
                    {
                        "id": "a_rule",
                        "passed": False,
                        "outcome": "late",
                        "misconception": "UDP-04",
                        "message": "✗ it holds",
                        "told": {"steps": "1. f()", "got": "None"},
                    },
                    {
                        "id": "a_rule",
                        "passed": True,
                        "outcome": "passed",
                        "misconception": None,
                        "message": "✗ it holds",
                        "told": {},
                    },
                ],
            }
        ],
    }
    assert type(verdict.to_dict()["exercises"][0]["rules"][0]["outcome"]) is str


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_empty_is_there_all_the_same(part: str) -> None:
    assert Told(**{part: ""}).to_dict() == {part: ""}
    assert Told(**{part: None}).to_dict() == {}


def test_told_has_these_parts() -> None:
    assert tuple(Told(**dict.fromkeys(PARTS, "x")).to_dict()) == PARTS


# -- what is none ----------------------------------------------------------------------------

junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "rules", "told", "exercises", "score", "notes"]) | texts,
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(junk)
def test_whatever_else_comes_is_a_value_error(data: Any) -> None:
    with pytest.raises(ValueError, match="^it is no verdict$"):
        Verdict.from_dict(data)


PLACES: list[tuple[str | int, ...]] = [
    ("assignment",),
    ("score",),
    ("points",),
    ("notes",),
    ("notes", 0),
    ("draw",),
    ("exercises",),
    ("exercises", 0),
    ("exercises", 0, "id"),
    ("exercises", 0, "points"),
    ("exercises", 0, "score"),
    ("exercises", 0, "rules"),
    ("exercises", 0, "rules", 0),
    ("exercises", 0, "rules", 0, "id"),
    ("exercises", 0, "rules", 0, "passed"),
    ("exercises", 0, "rules", 0, "outcome"),
    ("exercises", 0, "rules", 0, "misconception"),
    ("exercises", 0, "rules", 0, "message"),
    ("exercises", 0, "rules", 0, "told"),
    ("exercises", 0, "rules", 0, "told", "got"),
]


def at(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


@pytest.mark.parametrize("path", PLACES, ids=lambda path: "/".join(map(str, path)))
@given(value=junk)
def test_a_verdict_with_something_else_in_a_place_is_none_or_is_read_as_it_is(
    path: tuple[str | int, ...], value: Any
) -> None:
    wrong = of_nobody().to_dict()
    at(wrong, path[:-1])[path[-1]] = value
    before = copy.deepcopy(wrong)
    try:
        read = Verdict.from_dict(wrong)
    except ValueError:
        return
    assert repr(read.to_dict()) == repr(before)  # a NaN is equal to nothing


@pytest.mark.parametrize("path", PLACES, ids=lambda path: "/".join(map(str, path)))
def test_nothing_may_be_missing(path: tuple[str | int, ...]) -> None:
    wrong = of_nobody().to_dict()
    if isinstance(path[-1], int) or path[-1] == "got":
        return  # a list may be shorter, and a part need not be there
    del at(wrong, path[:-1])[path[-1]]
    with pytest.raises(ValueError, match="^it is no verdict"):
        Verdict.from_dict(wrong)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ((), "it is no verdict"),
        (("exercises", 0), "it is no verdict on an exercise"),
        (("exercises", 0, "rules", 0), "it is no verdict on a rule"),
        (("exercises", 0, "rules", 0, "told"), "it has a part that no message has"),
    ],
)
def test_nothing_may_be_too_much(path: tuple[str | int, ...], sentence: str) -> None:
    wrong = of_nobody().to_dict()
    at(wrong, path)["more"] = "keys"
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        Verdict.from_dict(wrong)


@pytest.mark.parametrize(
    "path",
    [
        ("notes", 0),
        ("exercises", 0, "rules", 0, "message"),
        ("exercises", 0, "rules", 0, "told", "got"),
    ],
)
def test_a_text_is_not_read_at_any_length(path: tuple[str | int, ...]) -> None:
    data = of_nobody().to_dict()
    at(data, path[:-1])[path[-1]] = "x" * MOST_TEXT
    Verdict.from_dict(data)
    at(data, path[:-1])[path[-1]] += "x"
    with pytest.raises(ValueError, match="^it is no verdict"):
        Verdict.from_dict(data)


# -- what fits a chapter ---------------------------------------------------------------------


def fits(verdict: Verdict) -> bool:
    return verdict.fits(ASSIGNMENT, exercises("ch04"))


@pytest.mark.parametrize(
    "outcome", [Kind.PASSED, Kind.FAILED, Kind.LATE, Kind.UNWRITTEN, Kind.NOT_RUN]
)
def test_a_verdict_fits_the_chapter_that_it_is_on(outcome: Kind) -> None:
    assert fits(of_nobody(outcome))
    assert fits(of_nobody(outcome, score=1.5))
    assert not of_nobody(outcome).fits("ch05_other", exercises("ch04"))
    assert not of_nobody(outcome).fits(ASSIGNMENT, exercises("ch04")[:-1])
    assert not of_nobody(outcome).fits(ASSIGNMENT, exercises("ch04")[::-1])


@pytest.mark.parametrize("outcome", [Kind.GONE, Kind.NOT_RUN_HERE, Kind.OUR_FAULT])
def test_no_grade_rests_on_what_came_of_a_machine_or_of_us(outcome: Kind) -> None:
    assert not fits(of_nobody(outcome))


@pytest.mark.parametrize(
    "change",
    [
        {"assignment": "ch04"},
        {"points": 21},
        {"score": 1.0},  # not what the exercises add up to
        {"score": -1.0},
        {"score": float("nan")},
        {"exercises": ()},
    ],
)
def test_a_sum_that_is_wrong_fits_nothing(change: dict[str, Any]) -> None:
    assert not fits(replace(of_nobody(), **change))


@pytest.mark.parametrize(
    "change",
    [
        {"id": "ch04/other"},
        {"points": 1},
        {"score": -1.0},
        {"score": 99.0},
        {"score": float("nan")},
        {"rules": ()},
        {"rules": of_nobody().exercises[0].rules[::-1]},
        {"rules": of_nobody().exercises[1].rules},
    ],
)
def test_an_exercise_that_is_another_fits_nothing(change: dict[str, Any]) -> None:
    verdict = of_nobody()
    first, *rest = verdict.exercises
    changed = replace(first, **change)
    score = sum(exercise.score for exercise in (changed, *rest))
    assert not fits(replace(verdict, score=score, exercises=(changed, *rest)))


def test_what_rounding_leaves_is_no_difference() -> None:
    thirds = (0.33, 0.67, 1.0)
    chapter = [Exercise(f"ch99/{number}", 1, ("f",), []) for number in range(3)]
    pairs = zip(chapter, thirds, strict=True)
    found = tuple(ExerciseVerdict(exercise.id, 1, score, ()) for exercise, score in pairs)
    verdict = Verdict("ch99_toy", 2.0, 3, (), "public", found)
    assert verdict.fits("ch99_toy", chapter)
    assert replace(verdict, score=2.004).fits("ch99_toy", chapter)
    assert not replace(verdict, score=2.02).fits("ch99_toy", chapter)
