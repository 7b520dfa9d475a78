"""Rules are declared with what they need; a slip of the author's is told with its place."""

import re
from random import Random
from typing import Any

import pytest

from autograder.cli import main
from autograder.exercise import Exercise, RuleError, Rules
from autograder.network import Learner, Steps


def body(learner: Learner, steps: Steps, rng: Random) -> None:
    """It holds.

    成立。
    """


def half(learner: Learner, steps: Steps, rng: Random) -> None:
    """It holds."""


@pytest.mark.parametrize(
    ("rule", "keywords", "says"),
    [
        (body, {"condition": "stormy"}, "'stormy' is no condition; there are plain, lost, dupl"),
        (body, {"faults": "loose 1"}, "expected lose, duplicate, reorder"),
        (half, {}, "the clause is needed in both languages"),
    ],
)
def test_a_rule_that_cannot_be_is_told_with_its_place(
    rule: Any, keywords: dict[str, Any], says: str
) -> None:
    with pytest.raises(RuleError) as told:
        Rules().rule(**keywords)(rule)
    file, line, sentence = str(told.value).split(":", 2)
    assert file.endswith("test_exercise.py")
    assert int(line) == rule.__code__.co_firstlineno
    assert says in sentence


def test_faults_that_an_exercise_cannot_play_are_told_with_their_rule() -> None:
    rules = Rules()
    rules.rule(faults="split 3")(body)
    with pytest.raises(RuleError, match=r"test_exercise\.py:\d+: a rule of tst/x knows lose, "):
        Exercise("tst/x", 1, ("f",), rules)
    assert Exercise("tst/x", 1, ("f",), rules, streams=True).rules == rules


def test_two_rules_of_one_name_are_refused() -> None:
    rules = Rules()
    for _ in range(2):
        rules.rule()(body)
    with pytest.raises(RuleError, match="^tst/x has two rules of one name$"):
        Exercise("tst/x", 1, ("f",), rules)


def test_an_author_is_told_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        Rules().rule(condition="stormy")(body)

    monkeypatch.setattr("autograder.authoring.build.build", broken)
    assert main(["build", "ch04"]) == 2
    assert re.fullmatch(
        r"autograder: \S+test_exercise\.py:\d+: 'stormy' is no condition.*\n",
        capsys.readouterr().err,
    )
