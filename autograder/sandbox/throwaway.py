"""Processes that are thrown away after one answer: a fork of this one, or a new interpreter.

Both take bytes, answer with bytes, and are dead with all their descendants in their process
group when their end is reported. A fork has everything imported that this process has, which
saves the third of a second that a new interpreter needs; only a process without threads may
fork.
"""

import contextlib
import ctypes
import fcntl
import gc
import io
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

__all__ = ["Ended", "Fork", "die_with", "in_fork", "in_new_process"]

_PR_SET_PDEATHSIG = 1  # prctl(2)
_MOST_SAID = 20_000  # bytes of its standard error that are kept
_CHUNK = 1 << 16
_COURSE = str(Path(__file__).resolve().parents[2])
_libc = ctypes.CDLL(None, use_errno=True)

Work = Callable[[bytes, Callable[[bytes], Any]], None]
"""What a fork does: it gets the question, and a function that sends a part of the answer."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended.

    Attributes:
        code: its exit code, negative for a signal; None if it was killed because time was up.
        said: the end of what it wrote to its standard error.
    """

    code: int | None
    output: bytes
    said: str

    def last_words(self) -> str:
        """Return the last line that it said, or how it ended."""
        lines = self.said.strip().splitlines()
        if lines:
            return lines[-1]
        if self.code is not None and self.code < 0:
            return f"it was ended by {signal.Signals(-self.code).name}"
        return f"it ended with code {self.code} and without a word"


class Fork:
    """A forked process that runs some work; poll `fileno` for its answer.

    It dies with the process that forked it, and is not interrupted from the keyboard.
    """

    def __init__(self, work: Work, question: bytes = b"", seconds: float | None = None) -> None:
        """Begin. A fork that takes longer than seconds is ended by `collect` or `end`."""
        self.deadline = None if seconds is None else time.monotonic() + seconds
        self._said = tempfile.TemporaryFile()
        self._answer, theirs = os.pipe()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # or both processes write what is waiting there
        parent = os.getpid()
        self._pid = os.fork()
        if self._pid == 0:
            _become(parent, work, question, theirs, self._said.fileno(), seconds)
        os.close(theirs)
        self._pidfd = os.pidfd_open(self._pid)
        self._ended: Ended | None = None
        self._output = bytearray()

    def fileno(self) -> int:
        """Return the descriptor on which the answer arrives."""
        return self._answer

    def read(self) -> bytes:
        """Return the next part of the answer, waiting for it; b"" at its end."""
        part = os.read(self._answer, _CHUNK)
        self._output += part
        return part

    def collect(self, most: int) -> Ended:
        """Wait for the whole answer, of at most so many bytes, and end the process."""
        timed_out = False
        with select.epoll() as poll:
            poll.register(self._answer, select.EPOLLIN)
            while not timed_out and len(self._output) <= most:
                timed_out = not poll.poll(self._left())
                if not timed_out and not self.read():
                    break
        return self.end()

    def end(self) -> Ended:
        """End it now, unless it is just about to end, with its whole process group."""
        if self._ended is None:
            self._ended = self._end()
        return self._ended

    def _end(self) -> Ended:
        late = self.deadline is not None and time.monotonic() >= self.deadline
        if not late and self._at_its_end():
            with select.epoll() as poll:  # it closed its answer: it is about to exit
                poll.register(self._pidfd, select.EPOLLIN)
                late = not poll.poll(self._left())
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):  # before it had a group of its own
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        _, status = os.waitpid(self._pid, 0)
        os.close(self._pidfd)
        os.close(self._answer)
        size = self._said.seek(0, os.SEEK_END)
        self._said.seek(max(0, size - _MOST_SAID))
        said = self._said.read().decode(errors="replace")
        self._said.close()
        code = None if late else os.waitstatus_to_exitcode(status)
        return Ended(code, bytes(self._output), said)

    def _at_its_end(self) -> bool:
        with select.epoll() as poll:
            poll.register(self._answer, 0)
            return any(event & select.EPOLLHUP for _, event in poll.poll(0))

    def _left(self) -> float | None:
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())


def in_fork(work: Work, question: bytes, seconds: float, most: int = 1 << 24) -> Ended:
    """Let a fork of this process answer, in at most so many bytes."""
    return Fork(work, question, seconds).collect(most)


def in_new_process(module: str, question: bytes, seconds: float) -> Ended:
    """Let a module, run by a new interpreter, answer from its standard input to its output.

    It imports from where this one does, and never from the folder that somebody stands in,
    which may be a student's: hence -I and a path without what is relative.
    """
    path = [_COURSE, *filter(os.path.isabs, sys.path)]
    run = f"runpy.run_module({module!r}, run_name='__main__', alter_sys=True)"
    program = f"import runpy, sys; sys.path[:] = {path!r}; {run}"
    command: Sequence[str] = [sys.executable, "-I", "-c", program]
    try:
        done = subprocess.run(
            command,
            input=question,
            capture_output=True,
            timeout=seconds,
            check=False,
            start_new_session=True,  # an interrupt is for the class, not for this submission
        )
    except subprocess.TimeoutExpired:
        return Ended(None, b"", "")
    return Ended(done.returncode, done.stdout, done.stderr.decode(errors="replace"))


def die_with(parent: int) -> None:
    """Let the kernel kill this process when its parent, of that id, ends.

    The kernel forgets this when a process enters a user namespace: say it again there.
    """
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() not in (parent, 0):  # 0: the parent is outside this pid namespace
        os._exit(70)


def _become(
    parent: int, work: Work, question: bytes, answer: int, said: int, seconds: float | None
) -> NoReturn:
    code = 70
    try:
        os.setsid()
        die_with(parent)
        _only_standard_streams(answer, said)
        if seconds is not None:  # a busy loop cannot even outlive whoever watches the clock
            limit = int(seconds) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        gc.freeze()
        work(question, lambda part: _write(_ANSWER, part))
        code = 0
    except BaseException:  # whatever it is, nothing of this process may return to the caller
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stderr.flush()
        os._exit(code)


_ANSWER = 3


def _only_standard_streams(answer: int, said: int) -> None:
    """Keep nothing open but the answer: no other fork's pipe, no gradebook, no lock."""
    null = os.open(os.devnull, os.O_RDWR)
    # First out of the way, so that none is overwritten before it has been copied.
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (null, null, said, answer)]
    for number, descriptor in enumerate(high):
        os.dup2(descriptor, number, inheritable=number != _ANSWER)
    os.closerange(_ANSWER + 1, os.sysconf("SC_OPEN_MAX"))
    sys.stdin = io.TextIOWrapper(os.fdopen(0, "rb", closefd=False))
    sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False))
    sys.stderr = io.TextIOWrapper(
        os.fdopen(2, "wb", 0, closefd=False), errors="backslashreplace", write_through=True
    )


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
