"""How many descriptors learners' code may have: few as a rule, many where an exercise says so."""

import random
import resource
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from autograder.exercise import Exercise, Outcome, Rules
from autograder.guest.loading import LoadCell
from autograder.judging.fork import fork
from autograder.judging.run_rules import run_rule
from autograder.learner.descriptors import DESCRIPTORS, enough, room_for
from autograder.learner.program import Program
from autograder.network import Learner, Steps
from autograder.text.story import Kind
from netlib.errors import Unavailable

MANY = 1_500
CELL = f"""
import os, resource
def limit():
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
def opens(count={MANY}):
    made = [os.dup(1) for _ in range(count)]
    for each in made:
        os.close(each)
    return len(made)
"""

RULES = Rules()


@RULES.rule()
def opens_many(learner: Learner, steps: Steps, rng: random.Random) -> None:
    """It opens many.

    打开许多。
    """
    learner.start("opens").returns(MANY)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= MANY  # and so may the rule


PLAIN = Exercise("ch00/x", 1, ("opens",), RULES)
ROOMY = replace(PLAIN, descriptors=2_048)


@pytest.fixture
def soft() -> Iterator[Callable[[int], None]]:
    """Lowers this process's soft limit; the test gets it back."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)

    def lower(limit: int) -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, before[1]))

    yield lower
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def judged(exercise: Exercise) -> Outcome:
    program = Program((LoadCell("cell", CELL, True),), fork)
    try:
        return run_rule(exercise, exercise.rules[0], program, random.Random(1))
    finally:
        program.close()


def test_an_exercise_that_says_so_gets_many(soft: Callable[[int], None]) -> None:
    soft(1_024)
    assert judged(ROOMY).kind == Kind.PASSED
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 1_024  # only meanwhile
    refused = judged(PLAIN)
    assert refused.kind == Kind.FAILED
    assert "Too many open files" in str(refused.got)


def test_the_practice_limit_is_that_of_the_exercise(soft: Callable[[int], None]) -> None:
    soft(1_024)
    with room_for(2_048):
        program = Program((LoadCell("cell", CELL, True),), fork)
        try:
            process = program.process(("limit",), descriptors=1_800)
            assert process.call("limit") == 1_800
            process.kill()
        finally:
            program.close()


def test_a_machine_that_allows_fewer_says_so() -> None:
    enough(DESCRIPTORS, 512)
    enough(4_096, resource.RLIM_INFINITY)
    with pytest.raises(Unavailable, match="expected 4096 open files to be allowed .* allows 1024"):
        enough(4_096, 1_024)


def test_there_a_rule_is_not_run_and_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "autograder.learner.descriptors.resource.getrlimit", lambda what: (512, 1_024)
    )
    outcome = judged(ROOMY)
    assert outcome.kind == Kind.NOT_RUN_HERE
    assert outcome.passed
    assert "1024" in str(outcome.remark)
