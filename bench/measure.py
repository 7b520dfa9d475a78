"""What a command costs: wall time, CPU and memory of everything that it starts.

Orphans are adopted and waited for, so that a sandbox whose parent was killed counts, too.
"""

import ctypes
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Cost", "adopt_orphans", "cost_of"]

_PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
_SAMPLE_S = 0.1


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command cost.

    Attributes:
        memory: the most that all its processes had at once, in bytes; a page that several
            share counts once (PSS). Nothing if it was not looked at.
        first: the part of that which the command's own process had.
    """

    wall_s: float
    cpu_s: float
    said: str
    memory: int = 0
    first: int = 0


def adopt_orphans() -> None:
    """Become the parent of every process that this one's descendants leave behind."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def cost_of(
    command: list[str], folder: Path, environment: Mapping[str, str], *, memory: bool = False
) -> Cost:
    """Run a command to its end. Raises RuntimeError unless it succeeds."""
    adopt_orphans()
    before, began = _children(), time.perf_counter()
    run = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    peak, ended = [0, 0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(run.pid, peak, ended))
    if memory:
        watcher.start()
    said, _ = run.communicate()
    wall_s = time.perf_counter() - began
    ended.set()
    if memory:
        watcher.join()
    _adopt_and_wait()
    if run.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {run.returncode}:\n{said}")
    return Cost(wall_s, _children() - before, said, *peak)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _adopt_and_wait() -> None:
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        return


def _watch(root: int, peak: list[int], ended: threading.Event) -> None:
    while not ended.wait(_SAMPLE_S):
        sizes = {pid: _share(pid) for pid in _tree(root)}
        if sum(sizes.values()) > peak[0]:
            peak[:] = sum(sizes.values()), sizes.get(root, 0)


def _tree(root: int) -> Iterator[int]:
    yield root
    try:
        for thread in Path(f"/proc/{root}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from _tree(int(child))
    except OSError:
        return  # it has just ended


def _share(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in text.splitlines() if "Pss:" in line), 0)
