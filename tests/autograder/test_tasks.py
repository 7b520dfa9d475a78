"""What of the learner's code still runs: threads, processes and zombies, in a real guest."""

import random
from collections.abc import Callable

import pytest

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
