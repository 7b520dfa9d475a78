"""Watches what a sandbox uses, and ends it when that is too much.

No limit of a single process holds a tree of them (and RLIMIT_NPROC does not hold root's), and
cgroups are not everybody's to use: so the sums are looked at twenty times a second. Shared
pages count by their share (PSS, proc(5)); what the kernel holds behind sockets, pipes and epoll
instances counts as memory, too.
"""

import os
import threading
from collections.abc import Callable

from autograder.proc import session, threads, tree
from autograder.sandbox.descriptor_memory import descriptor_bytes
from autograder.sandbox.socket_memory import buffered_bytes

__all__ = [
    "MOST_BYTES",
    "MOST_FILES",
    "MOST_SESSIONS",
    "MOST_TASKS",
    "Watch",
    "tree_bytes",
    "tree_tasks",
]

MOST_BYTES = 512 << 20  # an honest submission stays below 60 MiB
MOST_TASKS = 128  # threads, in all processes
MOST_SESSIONS = 12  # kernels share the CPU by session: each one more is a share more (sched(7))
MOST_FILES = 20_000  # in the scratch folder: an empty one costs the kernel a KiB, too
PERIOD_S = 0.05
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Watch:
    """Calls exceeded once, from a thread, when a sandbox uses too much."""

    def __init__(self, root: int, exceeded: Callable[[], None], scratch: int | None = None) -> None:
        """root is the first process of the tree; scratch an open folder, not closed here.

        Raises OSError on a machine that does not tell what is used.
        """
        self._root, self._exceeded, self._scratch = root, exceeded, scratch
        self._too_much()  # what fails later is the sandbox's doing
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop watching."""
        self._ended.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(PERIOD_S):
            try:
                ended = self._too_much()
            except Exception:  # who cannot be watched does not go on
                ended = True
            if ended:
                self._exceeded()
                return

    def _too_much(self) -> bool:
        pids = list(tree(self._root))
        kernels = buffered_bytes() + descriptor_bytes(pids, MOST_BYTES)
        return (
            tree_tasks(pids) > MOST_TASKS
            or (len(pids) > MOST_SESSIONS and len(set(map(session, pids))) > MOST_SESSIONS)
            or tree_bytes(pids) + kernels > MOST_BYTES
            or (self._scratch is not None and _files(self._scratch) > MOST_FILES)
        )


def tree_bytes(pids: list[int]) -> int:
    """Return the memory of some processes, in bytes."""
    resident = sum(map(_resident, pids))
    # Resident pages count once for every process that shares them; ask for shares only then.
    return resident if resident <= MOST_BYTES else sum(map(_share, pids))


def tree_tasks(pids: list[int]) -> int:
    """Return the number of threads of some processes."""
    return sum(len(threads(pid)) for pid in pids)


def _files(folder: int) -> int:
    status = os.statvfs(folder)
    return status.f_files - status.f_ffree


def _resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _share(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            return next(int(line.split()[1]) << 10 for line in file if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return _resident(pid)  # not ours to look into: its whole size is what we know
