"""Watches what a tree of processes uses, and ends it when that is too much.

No limit of a single process holds a tree of them, and cgroups are not everybody's to use, so
the sum is looked at twenty times a second. Shared pages count by their share (PSS, proc(5)).
"""

import os
import threading
from collections.abc import Callable, Iterator

__all__ = ["LIMIT", "MemoryWatch", "tree_bytes"]

LIMIT = 512 << 20  # bytes; an honest submission stays below 60 MiB
PERIOD_S = 0.05
_PAGE = os.sysconf("SC_PAGE_SIZE")


def tree_bytes(root: int) -> int:
    """Return the memory of a process and all its descendants, in bytes."""
    pids = list(_tree(root))
    resident = sum(map(_resident, pids))
    # Resident pages count once for every process that shares them; ask for shares only then.
    return resident if resident <= LIMIT else sum(map(_share, pids))


class MemoryWatch:
    """Calls exceeded once, from a thread, when a tree uses more than LIMIT."""

    def __init__(self, root: int, exceeded: Callable[[], None]) -> None:
        self._root, self._exceeded = root, exceeded
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
            if tree_bytes(self._root) > LIMIT:
                self._exceeded()
                return


def _tree(root: int) -> Iterator[int]:
    yield root
    try:
        for thread in os.listdir(f"/proc/{root}/task"):
            with open(f"/proc/{root}/task/{thread}/children", encoding="ascii") as file:
                for child in file.read().split():
                    yield from _tree(int(child))
    except (FileNotFoundError, ProcessLookupError):
        return  # it has ended meanwhile


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
