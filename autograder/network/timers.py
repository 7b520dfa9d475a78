"""What is to be done later while a rule waits for something else, in one thread."""

import heapq
import itertools
import math
import time
from collections.abc import Callable

from autograder.clock import CLOCK, Moment

__all__ = ["Timers"]


class Timers:
    """Actions and the moments when they are due; whoever waits asks how long, and fires."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()  # so that actions need no order

    def __bool__(self) -> bool:
        return bool(self._heap)

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something so much later."""
        heapq.heappush(self._heap, (time.monotonic() + seconds, next(self._numbers), action))

    def pause(self, deadline: Moment) -> int:
        """Return how many milliseconds nothing is due, at most until deadline (of the clock)."""
        left = CLOCK.left(deadline)
        if self._heap:
            left = min(left, max(0.0, self._heap[0][0] - time.monotonic()))
        return math.ceil(left * 1000)

    def fire(self) -> None:
        """Do what is due."""
        while self._heap and self._heap[0][0] <= time.monotonic():
            heapq.heappop(self._heap)[2]()
