"""How much memory the kernel holds behind the descriptors of some processes.

What an epoll instance watches, and what lies in a pipe, is no process's memory: no limit of a
process holds it, and a million watches are 150 MiB.
"""

import os
from collections.abc import Iterable

__all__ = ["FILE_BYTES", "PIPE_BYTES", "WATCH_BYTES", "descriptor_bytes"]

# Of an epoll instance, for each descriptor that it watches. The kernel takes 147 bytes; but to
# count a million of them takes a second, and an honest program has tens.
WATCH_BYTES = 5 << 10
PIPE_BYTES = 16 * os.sysconf("SC_PAGE_SIZE")  # the most that one holds (pipe(7))
FILE_BYTES = 1 << 10  # of any descriptor: a file, and what it stands for

_LINE = b"tfd:"  # for each watch, in the fdinfo of an epoll instance (proc(5))


def descriptor_bytes(pids: Iterable[int], enough: int) -> int:
    """Return more than what the kernel holds, in bytes; who finds enough looks no further.

    What several processes share counts for each of them, but for pipes.
    """
    total, pipes = 0, set()
    for pid in pids:
        for descriptor, target in _open(pid):
            total += FILE_BYTES
            if target == "anon_inode:[eventpoll]":
                total += WATCH_BYTES * _watches(pid, descriptor)
            elif target.startswith("pipe:"):
                pipes.add(target)
            if total + PIPE_BYTES * len(pipes) > enough:
                return total + PIPE_BYTES * len(pipes)
    return total + PIPE_BYTES * len(pipes)


def _open(pid: int) -> Iterable[tuple[str, str]]:
    try:
        descriptors = os.listdir(f"/proc/{pid}/fd")
    except OSError:
        return  # it has ended meanwhile
    for descriptor in descriptors:
        try:
            yield descriptor, os.readlink(f"/proc/{pid}/fd/{descriptor}")
        except OSError:
            continue  # it was closed meanwhile


def _watches(pid: int, descriptor: str) -> int:
    try:
        with open(f"/proc/{pid}/fdinfo/{descriptor}", "rb") as file:
            return file.read().count(_LINE)
    except OSError:
        return 0
