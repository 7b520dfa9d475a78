"""18.1 take_turns: one thing each, round after round, until all have finished."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.network.reply import RETURNED
from autograder.rules.common import named, word
from autograder.text import Because, Mistakes, such

__all__ = ["RULES"]
RULES = Rules()

ENDS: Mistakes = {named("StopIteration", "RuntimeError"): "COR-07"}


def _turns(workers: list[list[Any]]) -> list[Any]:
    longest = max(map(len, workers), default=0)
    return [each[turn] for turn in range(longest) for each in workers if turn < len(each)]


def _ends_with_the_shortest(want: list[Any]) -> Mistakes:
    return {such(list, lambda got: got == want[: len(got)] and len(got) < len(want)): "COR-07"}


def _takes_turns(learner: Learner, workers: list[list[Any]], because: Because = None) -> None:
    want = _turns(workers)
    learner.start("take_turns", workers).returns(want, RETURNED, (ENDS, because))


@RULES.rule(weight=3)
def all_that_they_say(learner: Learner, steps: Steps, rng: Random) -> None:
    """Each says one thing in turn, until the last has finished.

    每人轮流说一样，直到最后一个人说完。
    """
    texts = [word(rng, 3) for _ in range(8)]
    _takes_turns(learner, [texts[:2], texts[2:4]])
    for sizes in ((3, 1, 2), (1, 3, 2), (2, 1, 1)):
        steps.anew()
        left = list(texts)
        workers = [[left.pop() for _ in range(size)] for size in sizes]
        _takes_turns(learner, workers, _ends_with_the_shortest(_turns(workers)))


@RULES.rule(weight=2)
def anything_may_be_said(learner: Learner, steps: Steps, rng: Random) -> None:
    """None, 0, "" and b"" are said like anything else; nobody at all is no error.

    None、0、""、b"" 和别的东西一样照说；没有工人，或者有人什么都不说，也不是错误。
    """
    things = [None, 0, "", b"", False]
    rng.shuffle(things)
    equals = [[0, 0], [False, 0]]
    several: list[list[list[Any]]] = [[things], [things[:3], [word(rng, 2)], things[3:]], equals]
    for workers in several:
        steps.anew()
        _takes_turns(learner, workers)
    several = [[], [[word(rng, 2)]], [[], [1, 2], []], [[], []]]
    for workers in several:
        steps.anew()
        _takes_turns(learner, workers)


@RULES.rule(weight=1)
def generators_are_asked_in_turn(learner: Learner, steps: Steps, rng: Random) -> None:
    """Generators run in turn, and whoever has finished is not asked again.

    生成器轮流运行；已经结束的不再被问。
    """
    told: list[tuple[Any, Any]] = []

    def tell(name: Any = "", what: Any = None) -> None:
        told.append((name, what))

    with steps.untold():
        workers = [
            learner.start("speaker", tell, name, times).value()
            for name, times in (("anna", 2), ("ben", 3))
        ]
    learner.start_as("take_turns([anna, ben])", "take_turns", workers).returns(
        [None] * 5, RETURNED, ENDS
    )
    want = [("anna", 0), ("ben", 0), ("anna", 1), ("ben", 1), ("ben", 2)]
    steps.expect(("who spoke, in order", "先后是谁说的"), got=told, want=want)
