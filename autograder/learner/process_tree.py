"""A process together with everything that it started, however: what it holds, and its end.

A process that adopts orphans keeps all its descendants below itself, daemons too
(PR_SET_CHILD_SUBREAPER, prctl(2)); so they can be found. Where a system has no such thing,
its process group is ended, and a daemon may survive.
"""

import contextlib
import ctypes
import itertools
import os
import select
import signal
import time
from collections.abc import Iterable, Iterator

from autograder import proc
from autograder.deadlines import KILLED_S
from autograder.proc import has_ended, stands_still, threads, tree

__all__ = [
    "Tasks",
    "adopt_orphans",
    "cpu_s",
    "end",
    "end_descendants",
    "go_on",
    "halt",
    "held",
    "sockets",
    "tasks",
]

_PR_SET_CHILD_SUBREAPER = 36

Tasks = frozenset[tuple[int, str, bool]]
"""Threads: of which process, their name in /proc, and whether they are a zombie's."""


def adopt_orphans() -> None:
    """Make this process the parent of descendants whose parent has ended."""
    with contextlib.suppress(OSError, AttributeError):  # not Linux
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def end(pid: int) -> None:
    """End a child of this process, the group that it leads and all its descendants."""
    _signal(pid, signal.SIGSTOP)  # it starts nothing more, and none of its children vanishes
    end_descendants(pid)
    with contextlib.suppress(ProcessLookupError):  # it may not lead a group yet
        os.killpg(pid, signal.SIGKILL)
    _signal(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):  # where SIGCHLD is ignored
        os.waitpid(pid, 0)


def halt(pids: Iterable[int]) -> None:
    """Stop processes, and wait until they stand still."""
    for pid in pids:
        _signal(pid, signal.SIGSTOP)
    end = time.monotonic() + KILLED_S
    while not all(map(stands_still, pids)) and time.monotonic() < end:
        time.sleep(0.001)


def go_on(pids: Iterable[int]) -> None:
    """Let processes that were stopped go on."""
    for pid in pids:
        _signal(pid, signal.SIGCONT)


def end_descendants(pid: int) -> None:
    """End whatever a process has started, and wait for it; the process itself lives on."""
    seen: set[int] = set()
    while new := set(_descendants(pid)) - seen:
        for each in new:
            with contextlib.suppress(ProcessLookupError), _watched(each) as watched:
                signal.pidfd_send_signal(watched, signal.SIGKILL)
                poller = select.poll()
                poller.register(watched, select.POLLIN)
                poller.poll(KILLED_S * 1000)  # milliseconds
        seen |= new


@contextlib.contextmanager
def _watched(pid: int) -> Iterator[int]:
    descriptor = os.pidfd_open(pid)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def sockets(pid: int) -> frozenset[str]:
    """Return the sockets that a process and its descendants hold, by what names each in /proc.

    Nothing where there is no /proc.
    """
    return frozenset().union(*map(held, tree(pid)))


def tasks(pid: int) -> Tasks:
    """Return the threads of a process and its descendants. A process has one at least, and a
    zombie, too: one that has ended, and for which nobody has waited."""
    return frozenset(
        (each, thread, has_ended(each)) for each in tree(pid) for thread in threads(each)
    )


def cpu_s(pid: int) -> float:
    """Return for how many seconds a process and its descendants have run on a CPU."""
    return sum(map(proc.cpu_s, tree(pid)))


def held(pid: int) -> frozenset[str]:
    """The same for a process alone."""
    found = set()
    with contextlib.suppress(OSError):
        for descriptor in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):  # it was closed meanwhile
                found.add(os.readlink(f"/proc/{pid}/fd/{descriptor}"))
    return frozenset(name for name in found if name.startswith("socket:"))


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _descendants(pid: int) -> Iterator[int]:
    """Yield the processes below another, as far as there is a /proc."""
    return itertools.islice(tree(pid), 1, None)
