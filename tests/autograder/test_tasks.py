"""What of the learner's code still runs: threads, processes and zombies, in a real guest."""

import random
from collections.abc import Callable

import pytest

from autograder.clock import CLOCK
from autograder.exercise import Exercise, Outcome, Rules
from autograder.guest.loading import LoadCell
from autograder.judging.fork import fork
from autograder.judging.run_rules import run_rule
from autograder.learner.program import Program
from autograder.network import Learner, Steps, Tasks

CELL = """
import os, threading, time
stop = threading.Event()
threads = []
def begin():
    threads.append(threading.Thread(target=stop.wait))
    threads[-1].start()
def join():
    stop.set()
    threads.pop().join()
def stand():
    return True
def busy():
    threads.append(threading.Thread(target=lambda: [0 for _ in iter(stop.is_set, True)]))
    threads[-1].start()
def child(reaped):
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    if reaped:
        os.waitpid(pid, 0)
def sleeper():
    os.fork() or time.sleep(60)
"""

Body = Callable[[Learner, Tasks], None]


def judged(body: Body) -> Outcome:
    rules = Rules()

    @rules.rule()
    def clause(learner: Learner, steps: Steps, rng: random.Random) -> None:
        """Nothing runs on.

        什么也没有留下。
        """
        learner.start("stand").value()
        body(learner, Tasks(steps))

    exercise = Exercise("tst/x", 1, ("begin",), rules)
    program = Program((LoadCell("cell", CELL, True),), fork)
    try:
        return run_rule(exercise, rules[0], program, random.Random(1))
    finally:
        program.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.network.tasks.WIRE_S", 0.2)


def test_a_thread_that_was_joined_is_gone() -> None:
    def body(learner: Learner, tasks: Tasks) -> None:
        learner.start("begin").value()
        assert tasks.began() == 1
        learner.start("join").value()
        tasks.ended()

    assert judged(body).passed


def test_a_process_that_was_waited_for_is_gone() -> None:
    def body(learner: Learner, tasks: Tasks) -> None:
        learner.start("child", True).value()
        tasks.ended()

    assert judged(body).passed


def test_a_zombie_is_seen() -> None:
    def body(learner: Learner, tasks: Tasks) -> None:
        learner.start("child", False).value()
        tasks.ended()

    outcome = judged(body)
    assert outcome.got is not None
    assert outcome.got.en == "a zombie process"


def test_what_runs_on_is_seen() -> None:
    def body(learner: Learner, tasks: Tasks) -> None:
        learner.start("sleeper")
        while not tasks.began():
            pass
        tasks.ended()

    outcome = judged(body)
    assert outcome.got is not None
    assert outcome.got.en == "still running"


def test_who_waits_is_at_rest_and_who_works_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []

    def body(learner: Learner, tasks: Tasks) -> None:
        clock = Looks()
        monkeypatch.setattr("autograder.network.tasks.CLOCK", clock)
        for makes in ("begin", "busy"):
            learner.start(makes).value()
            clock.looks = 0
            tasks.rest()
            looks.append(clock.looks)

    judged(body)
    assert 3 <= looks[0] < Looks.MOST <= looks[1]


class Looks:
    """A clock on which a limit is over after so many looks."""

    MOST = 30

    def __init__(self) -> None:
        self.looks = 0

    def limit(self, seconds: float) -> float:
        return 0.0

    def passed(self, end: float) -> bool:
        return self.looks >= self.MOST

    def after(self, seconds: float) -> float:
        self.looks += 1
        return CLOCK.after(seconds)
