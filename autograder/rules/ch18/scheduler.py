"""18.2 Scheduler: the first in the queue has one turn, and goes to its end."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch18.shared import Trial
from autograder.text import Because, such

__all__ = ["RULES"]
RULES = Rules()


def _error_ends_all(got: Any) -> str | None:
    return "STR-29" if isinstance(got, RuntimeError) else None


@RULES.rule(weight=2)
def turns_in_order(learner: Learner, steps: Steps, rng: Random) -> None:
    """Tasks have their turns in the order of the queue, and nothing runs before run.

    任务按队列的顺序轮流运行；run 之前什么都不运行。
    """
    trial = Trial(learner, steps, "Scheduler")
    names = rng.sample(["zoe", "anna", "ben"], 2)
    trial.spawn(names[0], "speaker", 2)
    trial.spawn(names[1], "speaker", 3)
    trial.expect()
    trial.run()
    a, b = names
    want = [(a, 0), (b, 0), (a, 1), (b, 1), (b, 2)]
    trial.expect(*want)


@RULES.rule(weight=1)
def results_are_kept(learner: Learner, steps: Steps, rng: Random) -> None:
    """What each has returned is in results, None too; one may run nothing, and run again.

    每个任务的返回值都在 results 里，None 也算；没有任务也可以 run，之后还能再 run。
    """
    trial, other = Trial(learner, steps, "Scheduler"), Trial(learner, steps, "Scheduler")
    trial.run()
    trial.has(results={}, errors={})
    lost: Because = {such(dict, lambda got: got == {"zoe": None, "anna": None}): "COR-07"}
    trial.spawn("zoe", "speaker", rng.randrange(1, 3))
    trial.spawn("anna", "mother", trial.made, [])
    trial.run()
    trial.has(results={"zoe": "zoe", "anna": None}, because=lost)
    trial.spawn("ben", "speaker", 1)
    trial.run()
    trial.has(results={"zoe": "zoe", "anna": None, "ben": "ben"}, because=lost)
    other.has(because="CON-10", results={}, errors={})


@RULES.rule(weight=2)
def an_error_ends_one(learner: Learner, steps: Steps, rng: Random) -> None:
    """An exception ends its task and no other; errors has the name of its class.

    异常只结束它自己的任务；errors 里是异常的类名。
    """
    trial, turns = Trial(learner, steps, "Scheduler"), rng.randrange(0, 2)
    trial.spawn("anna", "speaker", 3)
    trial.spawn("bad", "failing", turns)
    trial.spawn("carl", "speaker", 3)
    trial.run(_error_ends_all)
    want: list[tuple[str, Any]] = [(name, n) for n in range(3) for name in ("anna", "carl")]
    want.insert(2 * turns + 1, ("bad", "fails"))
    trial.expect(*want)
    trial.has(errors={"bad": "RuntimeError"}, results={"anna": "anna", "carl": "carl"})


@RULES.rule(weight=1)
def tasks_may_spawn(learner: Learner, steps: Steps, rng: Random) -> None:
    """A running task may spawn others: they stand at the end of the queue.

    正在运行的任务可以再 spawn 别的任务，新任务排在队尾。
    """
    trial = Trial(learner, steps, "Scheduler")
    trial.spawn("mother", "mother", trial.made, ["x", "y"])
    trial.run()
    trial.expect(
        *(("mother", "x"), ("x", 0), ("mother", "y"), ("x", 1), ("y", 0), ("y", 1)),
    )
