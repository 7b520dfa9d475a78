import time

import pytest

from netlib.clock import Clock, HandClock


def test_a_clock_runs() -> None:
    clock = Clock()
    before = time.monotonic()
    assert before <= clock.now() <= time.monotonic()
    assert clock.until(clock.now() - 1) == 0
    left = clock.until(clock.now() + 100)
    assert left is not None and 99 < left <= 100


def test_a_clock_that_is_moved_by_hand_wakes_who_waits() -> None:
    clock, woken = HandClock(), list[float]()

    def wake() -> None:
        woken.append(clock.now())

    clock.call(wake)
    assert (clock.now(), clock.until(1), clock.until(0)) == (0, None, 0)
    clock.advance(1.5)
    assert (clock.now(), clock.until(1), woken) == (1.5, 0, [1.5])
    clock.forget(wake)
    clock.advance(0)
    assert woken == [1.5]
    with pytest.raises(ValueError, match="^expected seconds from 0 on, as time never runs back"):
        clock.advance(-0.1)
