"""The clock of limits stands still while the machine makes those wait who are awaited."""

import contextlib
import math
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from autograder import clock
from autograder.clock import Clock


class Machine:
    """A machine that runs as the test says.

    Attributes:
        wall, cpu: seconds on the wall, and that this thread has run.
        tasks: what each thread of the watched process has run and waited, in ns; ready: which
            of them run or want to.
    """

    def __init__(self) -> None:
        self.wall, self.cpu, self.own = 1000.0, 0.0, 0
        self.tasks: dict[str, tuple[int, int]] = {"7": (0, 0)}
        self.ready: set[str] = set()

    def passes(self, seconds: float) -> None:
        self.wall += seconds

    def makes_us_wait(self, seconds: float) -> None:
        self.wall += seconds
        self.own += round(seconds * 1e9)

    def makes_them_wait(self, seconds: float, task: str = "7") -> None:
        self.wall += seconds
        ran, waited = self.tasks[task]
        self.tasks[task] = ran, waited + round(seconds * 1e9)

    def monotonic(self) -> float:
        return self.wall

    def thread_time(self) -> float:
        return self.cpu


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine()
    monkeypatch.setattr(clock, "time", made)
    monkeypatch.setattr(clock, "_read", lambda _: (0, made.own))
    monkeypatch.setattr(clock, "tree", lambda root: [root])
    monkeypatch.setattr(clock, "threads", lambda _: list(made.tasks))
    monkeypatch.setattr(clock, "_numbers", lambda _, thread: made.tasks[thread])
    monkeypatch.setattr(clock, "is_ready", lambda _, thread: thread in made.ready)
    return made


@pytest.fixture
def watching(machine: Machine) -> Clock:
    made = Clock()
    made.watch(7)
    return made


def test_a_limit_passes_when_nobody_runs(machine: Machine, watching: Clock) -> None:
    deadline = watching.limit(1.4)
    assert watching.left(deadline) == pytest.approx(1.4)
    machine.passes(1.3)
    assert watching.left(deadline) == pytest.approx(0.1)
    machine.passes(0.1)
    assert watching.passed(deadline)


def test_what_the_awaited_process_waits_for_a_cpu_is_taken_off(
    machine: Machine, watching: Clock
) -> None:
    deadline = watching.limit(1.4)
    machine.makes_them_wait(10)
    assert watching.left(deadline) == pytest.approx(1.4)
    machine.passes(1.4)
    assert watching.passed(deadline)


def test_what_we_wait_ourselves_is_taken_off(machine: Machine, watching: Clock) -> None:
    deadline = watching.limit(1.4)
    machine.makes_us_wait(10)
    assert watching.left(deadline) == pytest.approx(1.4)


def test_no_more_than_the_wall_time_since_the_last_look_is_taken_off(
    machine: Machine, watching: Clock
) -> None:
    machine.tasks |= {str(number): (0, 0) for number in range(100)}
    deadline = watching.limit(1.4)
    machine.passes(1.5)
    machine.tasks = dict.fromkeys(machine.tasks, (0, 10**12))  # a hundred threads wait at once
    assert watching.left(deadline) == pytest.approx(1.4)


def test_who_is_not_watched_does_not_count(machine: Machine, watching: Clock) -> None:
    watching.forget(7)
    deadline = watching.limit(1.4)
    machine.makes_them_wait(10)
    assert watching.passed(deadline)


def test_who_waits_just_then_gets_his_turn_first(machine: Machine, watching: Clock) -> None:
    deadline = watching.limit(1.4)
    machine.ready = {"7"}  # his wait is told when it is over
    machine.passes(1.5)
    assert watching.left(deadline) == pytest.approx(0.01)
    machine.passes(0.1)
    assert not watching.passed(deadline)
    machine.tasks["7"] = 10**6, 1_600_000_000
    assert watching.left(deadline) == pytest.approx(1.4)


def test_who_spins_has_run_and_is_late(machine: Machine, watching: Clock) -> None:
    deadline = watching.limit(1.4)
    machine.ready = {"7"}
    machine.passes(1.5)
    assert not watching.passed(deadline)
    machine.passes(0.01)
    machine.tasks["7"] = 1_510_000_000, 0
    assert watching.passed(deadline)


def test_nobody_waits_for_his_turn_for_ever(machine: Machine, watching: Clock) -> None:
    deadline = watching.limit(1.4)
    machine.ready = {"7"}
    machine.passes(1.5)
    looks = 0
    while not watching.passed(deadline):
        machine.passes(0.01)
        looks += 1
    assert 195 < looks < 205


def test_a_sleep_from_which_we_woke_late_is_taken_off(machine: Machine, watching: Clock) -> None:
    deadline = watching.limit(1.4)
    assert watching.left(deadline) == pytest.approx(1.4)
    machine.passes(9)  # we were stopped, or the machine was: no number shows it
    assert watching.left(deadline) == pytest.approx(0.01)  # for a look at what has come
    assert watching.now() == pytest.approx(deadline)  # and no moment later
    machine.passes(0.01)
    assert watching.passed(deadline)


def test_what_we_have_computed_is_no_sleep(machine: Machine, watching: Clock) -> None:
    deadline = watching.limit(1.4)
    watching.left(deadline)
    machine.passes(9)
    machine.cpu += 9
    assert watching.passed(deadline)


def test_the_absolute_end_passes_every_limit(machine: Machine, watching: Clock) -> None:
    deadline = watching.limit(1.4)
    watching.ends_at(machine.wall + 60)
    machine.makes_them_wait(59)
    assert watching.left(deadline) == pytest.approx(1.0)  # less than is left
    assert not watching.ended
    machine.makes_them_wait(1)
    assert watching.passed(deadline)
    assert watching.passed(math.inf)
    assert watching.ended


def test_the_pace_shortens_limits_and_no_pause(machine: Machine, watching: Clock) -> None:
    with watching.pace(0.5):
        assert watching.limit(2) - watching.now() == pytest.approx(1)
        assert watching.after(2) - watching.now() == pytest.approx(2)
    assert watching.limit(2) - watching.now() == pytest.approx(2)


def test_between_two_looks_the_wait_alone_is_taken_off(machine: Machine, watching: Clock) -> None:
    began = watching.now()
    machine.makes_them_wait(3)
    machine.passes(1)
    assert watching.now() - began == pytest.approx(1)


@contextlib.contextmanager
def busy(count: int) -> Iterator[None]:
    """So many processes compute, each in a session of its own."""
    spin = "import os\nos.write(1, b'.')\nwhile True: pass"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", spin], stdout=subprocess.PIPE, start_new_session=True
        )
        for _ in range(count)
    ]
    try:
        for process in started:
            assert process.stdout is not None
            process.stdout.read(1)
        yield
    finally:
        for process in started:
            process.kill()
            process.communicate()


@pytest.mark.skipif(not os.path.exists("/proc/self/schedstat"), reason="Linux tells it alone")
def test_a_child_that_computes_in_a_crowd_is_in_time_and_one_that_hangs_is_not() -> None:
    work = (
        "import os, time\nwhile time.process_time() < 0.3: pass\nos.write(1, b'!')\nos.read(0, 1)"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    live = Clock()
    with busy(4 * len(os.sched_getaffinity(0))):
        with subprocess.Popen([sys.executable, "-c", work], **pipes) as child:  # type: ignore[call-overload]  # two pipes
            live.watch(child.pid)
            assert _comes(live, child.stdout.fileno(), live.limit(1.0))
            assert not _comes(live, child.stdout.fileno(), live.limit(0.2))
            child.kill()


def _comes(live: Clock, descriptor: int, deadline: float) -> bool:
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    while (left := live.left(deadline)) > 0:
        if poller.poll(math.ceil(left * 1000)):
            return bool(os.read(descriptor, 1))
    return False


@pytest.mark.skipif(not os.path.exists("/proc/self/schedstat"), reason="Linux tells it alone")
def test_who_was_stopped_himself_does_not_accuse_others() -> None:
    """The child waits to be asked; we are stopped for longer than its limit, and only then ask."""
    answer = "import os\nos.read(0, 1)\nos.write(1, b'!')\nos.read(0, 1)"
    go_on = "import os, sys, time\npid = int(sys.argv[1])\ntime.sleep(0.6)\nos.kill(pid, 18)"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    live = Clock()
    with subprocess.Popen([sys.executable, "-c", answer], **pipes) as child:  # type: ignore[call-overload]  # two pipes
        live.watch(child.pid)
        deadline = live.limit(0.3)
        live.left(deadline)
        with subprocess.Popen([sys.executable, "-c", go_on, str(os.getpid())]):
            os.kill(os.getpid(), signal.SIGSTOP)
            assert not live.passed(deadline)
        child.stdin.write(b"?")
        child.stdin.flush()
        assert _comes(live, child.stdout.fileno(), live.limit(5))
        child.kill()
