"""The clock of every limit: it stands still while the machine makes those wait who are awaited.

A limit tells a program that hangs from one that answers; on a busy machine it must not meet a
program that merely was not given a CPU. Linux counts, for every thread, how long it was ready to
run and waited (schedstat: the second number, in nanoseconds). The clock is wall time less that
of the judge's own thread and of the processes that it has been told to watch.

The numbers are read only when a limit seems to have passed. What was waited for since they were
last read is taken off, never more than the wall time since then: so a limit may come late, not
early. Whoever keeps many threads busy makes the clock stand still for himself; hence `ends_at`.
Where no such numbers are told (macOS), it is wall time. `docs/decisions.md` has what is
guaranteed.
"""

import math
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NewType

from autograder.proc import is_ready, threads, tree

__all__ = ["CLOCK", "NEVER", "Clock", "Moment"]

_LOOK_S = 0.01  # between two looks at somebody who waits for a CPU
_MOST_LOOKS_S = 2.0  # then one who waits only ever waits for himself

Moment = NewType("Moment", float)
"""A time of this clock; no time.monotonic(), from which it departs for good."""

NEVER = Moment(math.inf)

Task = tuple[int, str]
Numbers = tuple[int, int]


class Clock:
    """Seconds since some moment, in which those that are awaited could run."""

    def __init__(self) -> None:
        self._late = 0.0  # seconds that were taken off
        self._looked = time.monotonic()  # what passed since then may still be taken off
        self._own = _Own()
        self._watched: set[int] = set()
        self._known: dict[Task, Numbers] = {}  # what each task had run and waited, ns
        self._doubted = (0.0, 0.0)  # a deadline, and since when somebody waits at it
        self._slept = (0.0, 0.0)  # a deadline, and when we should have woken, CPU time apart
        self._end = math.inf
        self._pace = 1.0

    # -- whose time counts ---------------------------------------------------------------------

    def watch(self, pid: int) -> None:
        """Count what that process and its descendants wait for a CPU, too."""
        self._watched.add(pid)

    def forget(self, pid: int) -> None:
        """Do so no more."""
        self._watched.discard(pid)

    # -- what time it is -----------------------------------------------------------------------

    def now(self) -> Moment:
        """Return the time."""
        self._look()
        return Moment(time.monotonic() - self._late)

    def after(self, seconds: float) -> Moment:
        """Return the moment when so many seconds will have passed."""
        self._take_off(self._own.waited())
        return Moment(time.monotonic() - self._late + seconds)

    def limit(self, seconds: float) -> Moment:
        """Return the moment when a limit of so many seconds, beginning now, has passed."""
        return self.after(self.paced(seconds))

    def paced(self, seconds: float) -> float:
        """Return how long such a limit is, for whoever says it."""
        return seconds * self._pace

    def left(self, deadline: float) -> float:
        """Return for how many seconds to wait at most before asking again; 0.0: it has passed."""
        wall = time.monotonic()
        if wall >= self._end:
            return 0.0
        left = deadline - wall + self._late
        if left <= 0:
            overslept = self._overslept(deadline)
            waits = self._look(overslept)
            left = deadline - time.monotonic() + self._late
            if left <= 0:
                again = overslept or (waits and self._is_fresh(deadline))
                left = _LOOK_S if again else 0.0
        self._slept = deadline, wall + left - time.thread_time()
        return min(left, self._end - wall)

    def passed(self, deadline: Moment) -> bool:
        """Return whether that moment is over."""
        return self.left(deadline) <= 0

    # -- how it goes ---------------------------------------------------------------------------

    def ends_at(self, wall: float) -> None:
        """Let every limit pass at that time.monotonic(), whoever waits for a CPU."""
        self._end = wall

    @contextmanager
    def ending_in(self, seconds: float) -> Iterator[None]:
        """Let every limit pass so many seconds from now, on the wall; afterwards none any more."""
        self.ends_at(time.monotonic() + seconds)
        try:
            yield
        finally:
            self.ends_at(math.inf)

    @property
    def ended(self) -> bool:
        """Whether that moment is over."""
        return time.monotonic() >= self._end

    @contextmanager
    def pace(self, factor: float) -> Iterator[None]:
        """Let limits that begin meanwhile be so many times as long; pauses stay what they are."""
        before, self._pace = self._pace, factor
        try:
            yield
        finally:
            self._pace = before

    # -- the numbers ---------------------------------------------------------------------------

    def _look(self, overslept: int = 0) -> bool:
        """Take off what everybody has waited since the last look; return whether one waits now."""
        waited, known, waits = max(self._own.waited(), overslept), {}, False
        for root in self._watched:
            for pid in tree(root):
                for thread in threads(pid):
                    task, before = (pid, thread), self._known.get((pid, thread))
                    numbers = _numbers(pid, thread)
                    known[task] = numbers
                    waited += numbers[1] - (before or (0, 0))[1]
                    if before in (None, numbers) and not waits:
                        waits = is_ready(pid, thread)
        self._known = known
        self._take_off(waited, keep=waits)
        return waits

    def _take_off(self, waited: int, *, keep: bool = False) -> None:
        """Stand still for so many ns, at most the wall time that was not looked at before; keep
        what is left of that, where a wait is not over and will be told as a whole."""
        wall = time.monotonic()
        seconds = min(max(0, waited) / 1e9, wall - self._looked)
        self._late += seconds
        self._looked = self._looked + seconds if keep else wall

    def _overslept(self, deadline: float) -> int:
        """Return for how many ns we went on sleeping after we had been told to wake for it.

        That shows what no other number does: we were stopped, or the machine was.
        """
        before, due = self._slept
        over = time.monotonic() - time.thread_time() - due
        return int(over * 1e9) if before == deadline and over > _LOOK_S else 0

    def _is_fresh(self, deadline: float) -> bool:
        """Return whether somebody has not waited for very long at this deadline."""
        wall = time.monotonic()
        if self._doubted[0] != deadline:
            self._doubted = deadline, wall
        return wall - self._doubted[1] < _MOST_LOOKS_S


class _Own:
    """What this thread has waited; its file stays open, because that is asked at every limit."""

    def __init__(self) -> None:
        self._whose = 0, 0
        self._file = -1
        self._before = 0

    def waited(self) -> int:
        """Return for how many nanoseconds it has waited since it was last asked."""
        if self._whose != (whose := (os.getpid(), threading.get_ident())):
            if self._whose[0] == whose[0]:  # a fork's descriptor of that number may be another's
                _close(self._file)
            self._whose = whose
            self._file = _opened("/proc/thread-self/schedstat")
            self._before = _read(self._file)[1]
        before, self._before = self._before, _read(self._file)[1]
        return max(0, self._before - before)


def _numbers(pid: int, thread: str) -> Numbers:
    """Return how long a thread has run, and has waited for a CPU, in nanoseconds."""
    file = _opened(f"/proc/{pid}/task/{thread}/schedstat")
    try:
        return _read(file)
    finally:
        _close(file)


def _opened(path: str) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return -1


def _read(file: int) -> Numbers:
    try:
        ran, waited, _ = os.pread(file, 100, 0).split()
        return int(ran), int(waited)
    except (OSError, ValueError):  # it has ended; or there is no /proc
        return 0, 0


def _close(file: int) -> None:
    if file >= 0:
        os.close(file)


CLOCK = Clock()
"""The one of this process."""
