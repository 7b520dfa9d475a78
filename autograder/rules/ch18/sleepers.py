"""18.3 Sleepers: who sleeps says so, and is asked again when the time has come."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch18.shared import Clock, Trial
from autograder.text import YOU, Because, such

__all__ = ["RULES", "busy_and_asleep", "orders", "zero_and_early"]
RULES = Rules()


def _compares(got: Any) -> str | None:
    return "COR-13" if isinstance(got, TypeError) and "not supported" in str(got) else None


def _names_decide(want: list[Any]) -> Because:
    """The sign of a tie that names, or anything else of the tasks, have broken."""

    def tied(got: list[Any]) -> bool:
        times = [each[2] for each in got] == [each[2] for each in want]
        return times and got != want and sorted(got, key=str) == sorted(want, key=str)

    return {such(list, tied): "COR-13"}


def orders(learner: Learner, steps: Steps, name: str) -> None:
    """Three sleepers, two of them due at the same moments."""
    clock = Clock(steps)
    trial = Trial(learner, steps, name, clock)
    naps = {"zoe": [3.0], "carl": [1.0, 1.0], "anna": [1.0]}
    for task, each in naps.items():
        trial.spawn(task, "sleeper", each)
    trial.run(_compares)
    want: list[tuple[Any, ...]] = [
        *(("carl", 1.0, 1.0), ("anna", 1.0, 1.0), ("anna", "end", 1.0)),
        *(("carl", 1.0, 2.0), ("carl", "end", 2.0)),
        *(("zoe", 3.0, 3.0), ("zoe", "end", 3.0)),
    ]
    late = {such(list, lambda got: max((each[2] for each in got), default=0) > 3.5): "COR-12"}
    trial.expect(*want, because=(_names_decide(want), late))
    trial.waited(1.0, 1.0, 1.0)


def zero_and_early(learner: Learner, steps: Steps, name: str) -> None:
    """A nap of 0 s, and a wait that ends too early."""
    clock = Clock(steps)
    trial = Trial(learner, steps, name, clock)
    trial.spawn("zoe", "sleeper", [0])
    trial.spawn("anna", "speaker", 2)
    trial.run()
    told = [each for each in trial.told if each[0] == "zoe"]
    want = [("zoe", 0, 0.0), ("zoe", "end", 0.0)]
    steps.expect(("what zoe has told", "zoe 说的话"), got=told, want=want)
    steps.anew()
    clock = Clock(steps)
    clock.early = 1
    trial = Trial(learner, steps, name, clock)
    trial.spawn("zoe", "sleeper", [4.0])
    trial.run()
    trial.expect(("zoe", 4.0, 4.0), ("zoe", "end", 4.0))
    steps.anew()
    earlier_than_zero(learner, steps, name)


def earlier_than_zero(learner: Learner, steps: Steps, name: str) -> None:
    """A nap of 0 s that begins when an earlier moment has passed, and nobody has looked yet."""
    trial = Trial(learner, steps, name, Clock(steps))
    trial.moves = {"late": 5.0}
    trial.spawn("early", "sleeper", [4.0])
    trial.spawn("late", "sleeper", [0, 0])
    trial.run()
    first: tuple[Any, ...] = ("late", 0, 0.0)
    early: list[tuple[Any, ...]] = [("early", 4.0, 5.0), ("early", "end", 5.0)]
    trial.expect(first, *early, ("late", 0, 5.0), ("late", "end", 10.0))


def busy_and_asleep(learner: Learner, steps: Steps, name: str) -> None:
    """One who is always ready, and two who sleep meanwhile; turns that take long."""
    clock = Clock(steps)
    trial = Trial(learner, steps, name, clock)
    trial.moves = {"busy": 1.0}
    for sleeper in ("zoe", "anna"):
        trial.spawn(sleeper, "sleeper", [3.0])
    trial.spawn("busy", "speaker", 20)
    with steps.untold():
        trial.run()
    woke = [each[2] for each in trial.told if each[0] != "busy" and each[1] == 3.0]
    steps.tell(*_woke(woke))
    what = ("whether who sleeps 3 s wakes by second 6", "睡 3 秒的任务是否在第 6 秒之前醒来")
    got = bool(woke) and woke[0] <= 6
    steps.expect(what, got=got, want=True, because=lambda _: "COR-15" if woke else None)
    what = ("whether both wake in one round", "两个任务是否在同一轮醒来")
    steps.expect(what, got=woke == woke[:1] * 2, want=True)
    steps.anew()
    clock = Clock(steps)
    trial = Trial(learner, steps, name, clock)
    trial.moves = {"slow": 10.0}
    trial.spawn("slow", "speaker", 1)
    trial.spawn("zoe", "sleeper", [3.0])
    trial.run()
    trial.expect(("slow", 0, 0.0), ("zoe", 3.0, 13.0), ("zoe", "end", 13.0))
    steps.anew()
    overdue(learner, steps, name)


def overdue(learner: Learner, steps: Steps, name: str) -> None:
    """One whose moment has passed when the others have ended, by an error."""
    clock = Clock(steps)
    trial = Trial(learner, steps, name, clock)
    trial.moves = {"slow": 10.0}
    trial.spawn("zoe", "sleeper", [3.0])
    trial.spawn("slow", "failing", 0)
    trial.run()
    trial.expect(("slow", "fails", 0.0), ("zoe", 3.0, 10.0), ("zoe", "end", 10.0))
    trial.waited()
    trial.has(results={"zoe": None}, errors={"slow": "RuntimeError"})


def _woke(woke: list[float]) -> Any:
    when = ", ".join(f"{each:g} s" for each in woke[:3]) or "-"
    said = (
        f"20 turns of 1 s; zoe, anna wake: {when}",
        f"20 次运行，每次 1 s；zoe、anna 醒来：{when}",
    )
    return YOU, *said


@RULES.rule(weight=2)
def in_order_of_time(learner: Learner, steps: Steps, rng: Random) -> None:
    """Sleepers wake at their time; at equal times who fell asleep first comes first, and the waits
    are just as long as needed.

    睡觉的任务准时醒来；同时到点的，先睡的在前；等待的时间正好够用。
    """
    orders(learner, steps, "Sleepers")


@RULES.rule(weight=1)
def sleepers_delay_nobody(learner: Learner, steps: Steps, rng: Random) -> None:
    """Who is ready goes on at once, while others sleep.

    有任务在睡时，就绪的任务马上继续。
    """
    trial = Trial(learner, steps, "Sleepers", Clock(steps))
    nap = float(rng.randrange(3, 9))
    trial.spawn("zoe", "sleeper", [nap])
    trial.spawn("anna", "speaker", 3)
    trial.run()
    want: list[tuple[Any, ...]] = [("anna", turn, 0.0) for turn in range(3)]
    waits = {such(list, lambda got: any(e[0] == "anna" and e[2] for e in got)): "COR-12"}
    trial.expect(*want, ("zoe", nap, nap), ("zoe", "end", nap), because=waits)
    trial.has(results={"anna": "anna", "zoe": None})


@RULES.rule(weight=2)
def the_clock_is_looked_at(learner: Learner, steps: Steps, rng: Random) -> None:
    """However busy others are, the clock is looked at once a round; a nap begins at its yield.

    别的任务再忙，每一轮也要看一次时钟；睡眠从 yield 那一刻算起。
    """
    busy_and_asleep(learner, steps, "Sleepers")


@RULES.rule(weight=1)
def due_and_not_before(learner: Learner, steps: Steps, rng: Random) -> None:
    """Sleep(0) is due at once, after those due earlier; a wait that ends early wakes nobody.

    Sleep(0) 立刻到点，排在更早到点的任务之后；等待提前结束时，不会叫醒任何任务。
    """
    zero_and_early(learner, steps, "Sleepers")
