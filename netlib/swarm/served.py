"""A TCP server function in a process of its own, whose time and memory the kernel counts."""

import contextlib
import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from netlib.columns import clean, clip
from netlib.deadlines import SERVER_S
from netlib.errors import NetlibError

__all__ = ["Function", "Served"]

Function = Callable[[socket.socket, threading.Event], object]

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_BACKLOG = 4096
_ERROR_BYTES = 400


class Served:
    """function(listener, stop) in a fork of this process, as long as the with-block.

    Attributes:
        address: where it listens.
    """

    def __init__(self, function: Function) -> None:
        self._function = function

    def __enter__(self) -> Self:
        listener = socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)
        self.address: tuple[str, int] = listener.getsockname()
        leave, self._control = os.pipe()
        self._error, tell = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._control)
            os.close(self._error)
            _serve(self._function, listener, leave, tell)
        for descriptor in (leave, tell):
            os.close(descriptor)
        listener.close()
        return self

    def __exit__(self, *exception: object) -> None:
        os.close(self._control)  # the server's sign to stop
        deadline = time.monotonic() + SERVER_S
        while os.waitpid(self._pid, os.WNOHANG) == (0, 0):
            if time.monotonic() >= deadline:
                for pid in _tree(self._pid):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                os.waitpid(self._pid, 0)
                break
            time.sleep(0.005)  # a process that is our child can be waited for, but not with a limit
        os.close(self._error)

    def failure(self) -> str:
        """Return what the server raised, if it has ended by that; "" if not."""
        os.set_blocking(self._error, False)
        with contextlib.suppress(BlockingIOError):
            return clip(clean(os.read(self._error, _ERROR_BYTES).decode(errors="replace")), 100)
        return ""

    def cpu_s(self) -> float:
        """Return the processor time so far, of all its processes and threads, in seconds."""
        return sum(map(_cpu_s, _tree(self._pid)))

    def memory_kib(self) -> float:
        """Return what its processes hold, with their share of what they share (PSS)."""
        return sum(map(_pss_kib, _tree(self._pid)))


def _serve(function: Function, listener: socket.socket, leave: int, tell: int) -> None:
    """Run a server, until nobody holds the other end of leave; never returns."""
    stop, code = threading.Event(), 0

    def watch() -> None:
        os.read(leave, 1)
        stop.set()

    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the notebook
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):  # what a thread of it ends with is not for the page
            os.dup2(null, stream)
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        threading.Thread(target=watch, daemon=True).start()
        function(listener, stop)
        if not stop.is_set():
            raise NetlibError("it has returned, with nobody asking it to")
    except BaseException as error:
        os.write(tell, f"{type(error).__name__}: {error}".encode(errors="replace")[:_ERROR_BYTES])
        code = 1
    finally:
        os._exit(code)


def _tree(pid: int) -> Iterator[int]:
    """Yield a process and its descendants."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                yield from _tree(int(child))


def _cpu_s(pid: int) -> float:
    """proc_pid_stat(5), fields 14 to 17: its own time, and that of children it has waited for."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS


def _pss_kib(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return float(line.split()[1])
    except OSError:
        pass
    return 0.0
