"""The time that delays run on: the machine's, or one that a test moves on by hand."""

import threading
import time
from collections.abc import Callable

__all__ = ["Clock", "HandClock"]


class Clock:
    """Time as it passes."""

    def now(self) -> float:
        """Return seconds since some moment."""
        return time.monotonic()

    def until(self, due: float) -> float | None:
        """Return how many real seconds to wait for due; None: until somebody calls."""
        return max(due - self.now(), 0)

    def call(self, woken: Callable[[], None]) -> None:
        """Call woken whenever time was moved on, if this clock is of that kind."""

    def forget(self, woken: Callable[[], None]) -> None:
        """End what call() began."""


class HandClock(Clock):
    """A clock that stands still until advance() is called; it begins at 0."""

    def __init__(self) -> None:
        self._now = 0.0
        self._woken: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def now(self) -> float:
        return self._now

    def until(self, due: float) -> float | None:
        return None if due > self._now else 0

    def call(self, woken: Callable[[], None]) -> None:
        with self._lock:
            self._woken.append(woken)

    def forget(self, woken: Callable[[], None]) -> None:
        with self._lock:
            self._woken.remove(woken)

    def advance(self, seconds: float) -> None:
        """Move time on; whatever waited for a moment up to the new one happens now."""
        if seconds < 0:
            raise ValueError(f"expected seconds from 0 on, as time never runs back; got {seconds}")
        with self._lock:
            self._now += seconds
            for woken in self._woken:
                woken()
