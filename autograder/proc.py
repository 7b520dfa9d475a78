"""What /proc and the kernel's clocks tell of processes; nothing where there are none, or of who
has ended (proc(5), clock_getcpuclockid(3))."""

import os
import time
from collections.abc import Iterator

__all__ = ["cpu_s", "has_ended", "is_ready", "session", "stands_still", "threads", "tree"]

_PROCESS_CLOCK = 2  # the three low bits of such a clock's number: of all threads, in ns


def tree(root: int) -> Iterator[int]:
    """Yield a process and its descendants; their chain may be longer than Python can recurse."""
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        for thread in threads(pid):
            try:
                with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                    waiting += map(int, file.read().split())
            except OSError:
                continue  # it has ended meanwhile


def threads(pid: int) -> list[str]:
    """Return the threads of a process, as /proc names them."""
    try:
        return os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []


def cpu_s(pid: int) -> float:
    """Return for how many seconds a process has run on a CPU: its threads, those that have ended
    too, and the children for which it has waited."""
    waited_for = [int(ticks) for ticks in _status(f"/proc/{pid}/stat")[13:15]]  # cutime, cstime
    if not waited_for:
        return 0.0
    try:
        own = time.clock_gettime(~pid << 3 | _PROCESS_CLOCK)
    except OSError:  # it has ended meanwhile
        return 0.0
    return own + sum(waited_for) / os.sysconf("SC_CLK_TCK")


def session(pid: int) -> int:
    """Return the session that a process belongs to; 0 if that is not told."""
    fields = _status(f"/proc/{pid}/stat")
    return int(fields[3]) if fields else 0


def is_ready(pid: int, thread: str) -> bool:
    """Return whether a thread runs, or waits for a CPU to run on."""
    return _status(f"/proc/{pid}/task/{thread}/stat")[:1] == [b"R"]


def has_ended(pid: int) -> bool:
    """Return whether a process is a zombie: it has ended, and nobody has waited for it."""
    return _status(f"/proc/{pid}/stat")[:1] == [b"Z"]


def stands_still(pid: int) -> bool:
    """Return whether a process was stopped (SIGSTOP), or is no more."""
    return _status(f"/proc/{pid}/stat")[:1] in ([b"T"], [b"Z"], [])


def _status(path: str) -> list[bytes]:
    """Return the fields behind the name, from the state on."""
    try:
        with open(path, "rb") as file:
            return file.read().rpartition(b") ")[2].split()
    except OSError:
        return []
