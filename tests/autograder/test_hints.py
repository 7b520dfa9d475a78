"""Which hints are told: what is only believed must fit the exercise as a whole."""

from dataclasses import replace
from random import Random

import pytest

from autograder.exercise import Exercise, Outcome, Report, Rules
from autograder.judging.hints import settled
from autograder.network import Learner, Steps
from autograder.text.misconceptions import leaves_its_trace
from autograder.text.story import Kind
from autograder.text.wording import Text

IDS = ("ordinary", "lost", "empty", "binary", "late", "large")


def exercise() -> Exercise:
    rules = Rules()
    for name in IDS:

        def body(learner: Learner, steps: Steps, rng: Random) -> None:
            """It does.

            是的。
            """

        body.__name__ = name
        rules.rule()(body)
    return Exercise("tst/f", 6, ("f",), rules)


def failed(**outcomes: dict[str, object]) -> dict[str, str | None]:
    """Return the misconceptions that are told, by rule; outcomes say how rules failed."""
    of = exercise()
    report = Report(
        of,
        tuple(
            Outcome(rule, Kind.FAILED, **{"got": Text.of(rule.id)} | outcomes[rule.id])
            if rule.id in outcomes
            else Outcome(rule, Kind.PASSED)
            for rule in of.rules
        ),
    )
    told = settled(report, "def f(): pass").outcomes
    return {each.rule.id: each.misconception for each in told if not each.passed}


def test_a_belief_is_told_where_the_ordinary_case_passes() -> None:
    assert failed(empty={"believed": "UDP-11"}) == {"empty": "UDP-11"}


def test_a_belief_is_not_told_where_the_ordinary_case_fails_too() -> None:
    both = failed(ordinary={}, empty={"believed": "UDP-11"})
    assert both == {"ordinary": None, "empty": None}


def test_what_is_believed_of_the_ordinary_case_itself_is_not_told() -> None:
    assert failed(ordinary={"believed": "UDP-05"}) == {"ordinary": None}
    assert failed(ordinary={"misconception": "UDP-05"}) == {"ordinary": "UDP-05"}


def test_beliefs_are_not_told_where_much_fails() -> None:
    much = {name: {"believed": "UDP-11"} for name in ("lost", "empty", "binary")}
    assert set(failed(**much).values()) == {None}


def test_who_fails_in_one_way_holds_one_belief() -> None:
    got = Text.of("nothing within 1 s")
    two = failed(lost={"believed": "UDP-03", "got": got}, empty={"believed": "UDP-11", "got": got})
    assert two == {"lost": None, "empty": None}
    same = failed(lost={"believed": "UDP-03", "got": got}, empty={"believed": "UDP-03", "got": got})
    assert same == {"lost": "UDP-03", "empty": "UDP-03"}


def test_evidence_is_told_whatever_else_fails_unless_it_failed_so_before() -> None:
    got = Text.of("KeyError: 1")
    assert failed(
        lost={"misconception": "UDP-03"},
        empty={"misconception": "UDP-11"},
        binary={"misconception": "TXT-03"},
    ) == {"lost": "UDP-03", "empty": "UDP-11", "binary": "TXT-03"}
    assert failed(
        lost={"misconception": "UDP-03", "got": got}, empty={"misconception": "UDP-11", "got": got}
    ) == {"lost": "UDP-03", "empty": None}
    assert failed(ordinary={}, empty={"misconception": "UDP-11"})["empty"] is None


def test_what_failed_before_its_clause_counts_for_nothing() -> None:
    early = {"early": True, "got": Text.of("x")}
    several = dict.fromkeys(("binary", "late", "large"), early)
    assert failed(lost={"believed": "UDP-03"}, **several)["lost"] == "UDP-03"


def test_rules_that_were_not_run_are_no_failures() -> None:
    of = exercise()
    outcomes = [Outcome(rule, Kind.NOT_RUN) for rule in of.rules]
    outcomes[0] = Outcome(of.rules[0], Kind.PASSED)
    outcomes[1] = Outcome(of.rules[1], Kind.FAILED, believed="UDP-03")
    told = settled(Report(of, tuple(outcomes)), "")
    assert [each.misconception for each in told.outcomes] == [None, "UDP-03", *[None] * 4]
    assert replace(told.outcomes[1], misconception=None) == outcomes[1]


@pytest.mark.parametrize(
    ("id", "source", "told"),
    [
        ("MUX-02", "try: f()\nexcept OSError: pass", True),
        ("MUX-02", "f()", False),
        ("TXT-14", "return size / 512", True),
        ("TXT-14", "return size // 512", False),
        ("TXT-06", 'struct.pack("<H", 1)', True),
        ("TXT-06", "n.to_bytes(2)", False),
        ("UDP-05", "", True),
    ],
)
def test_some_beliefs_leave_a_trace_in_the_source(id: str, source: str, told: bool) -> None:
    assert leaves_its_trace(id, source) == told
