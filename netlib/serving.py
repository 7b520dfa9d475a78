"""A server function beside the notebook: its socket, its thread, and everything given back.

The server is made of the learner's own calls; this module only lends it a socket on a free
port and a thread, and ends both. It is no framework: it accepts nothing and answers nobody.
"""

import contextlib
import ctypes
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Generic, TypeVar

from netlib.deadlines import SERVER_S
from netlib.errors import NetlibError
from netlib.trace import Address, Trace
from netlib.trace.recording import RecordedSocket, Recorder

__all__ = ["Address", "Server", "serving"]

T = TypeVar("T")


def serving(
    function: Callable[[socket.socket, threading.Event], T],
    kind: str = "udp",
    host: str = "127.0.0.1",
    *,
    trace: Trace | None = None,
    buffer: int | None = None,
) -> "Server[T]":
    """Return a context manager that runs function(sock, stop) in a thread of its own.

    sock is bound to a free port of host, and listens if kind is "tcp". The with-block gets
    the address; at its end stop is set, and the function has SERVER_S to return. What the
    function sends and receives is recorded in trace, between "client" (then "client 2") and
    "server". buffer is the SO_SNDBUF of its connections, in bytes, if it is given.
    """
    return Server(function, kind, host, trace, buffer)


class Server(Generic[T]):
    """A server function that runs as long as its with-block.

    Leaving the block raises the function's exception, or NetlibError if the function did
    not return; a block that raised its own keeps it, and the other is added as a note.

    Attributes:
        returned: what the function returned; None until the block has ended.
    """

    def __init__(
        self,
        function: Callable[[socket.socket, threading.Event], T],
        kind: str,
        host: str,
        trace: Trace | None = None,
        buffer: int | None = None,
    ) -> None:
        if not callable(function):
            raise TypeError(
                f"serving() expected a function(sock, stop); got {type(function).__name__}"
            )
        if kind not in ("udp", "tcp"):
            raise ValueError(f'serving() expected kind to be "udp" or "tcp"; got {kind!r}')
        self.returned: T | None = None
        self._function, self._kind, self._host, self._trace = function, kind, host, trace
        self._buffer = buffer
        self._name: str = getattr(function, "__name__", type(function).__name__)
        self._failure: BaseException | None = None
        self._clock: int | None = None
        self._used = 0.0
        self._running: tuple[socket.socket, threading.Event, threading.Thread] | None = None

    def __enter__(self) -> Address:
        if self._running is not None:
            raise NetlibError(f"{self._name} is being served already: make a second serving(...)")
        udp = self._kind == "udp"
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_DGRAM if udp else socket.SOCK_STREAM)
        try:
            sock.bind((self._host, 0))
            if not udp:
                if self._buffer is not None:  # connections inherit it
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self._buffer)
                sock.listen()
            address: Address = sock.getsockname()[:2]
            if self._trace is not None:
                sock = RecordedSocket.of(sock, Recorder(self._trace))
            stop = threading.Event()
            thread = threading.Thread(
                target=self._run, args=(sock, stop), name=f"serving {self._name}", daemon=True
            )
            self.returned = self._failure = None
            self._used = 0.0
            thread.start()
        except BaseException:
            sock.close()
            raise
        self._running = sock, stop, thread
        return address

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._running is None:
            return
        sock, stop, thread = self._running
        try:
            stop.set()
            thread.join(SERVER_S)
            complaint = self._insist(sock, thread) if thread.is_alive() else self._complaint()
        finally:
            sock.close()
            self._running = self._failure = None
        if complaint is None:
            return
        if error is None:
            raise complaint
        error.add_note(
            str(complaint)
            if isinstance(complaint, NetlibError)
            else f"{self._name}, which was being served, ended with "
            f"{type(complaint).__name__}: {complaint}"
        )

    def _run(self, sock: socket.socket, stop: threading.Event) -> None:
        if hasattr(time, "pthread_getcpuclockid"):  # to be asked for while the thread lives
            self._clock = time.pthread_getcpuclockid(threading.get_ident())
        try:
            self.returned = self._function(sock, stop)
        except BaseException as error:  # nobody reads a thread's traceback: raised on exit
            self._failure = error
        finally:
            self._used, self._clock = time.thread_time(), None

    @property
    def cpu_s(self) -> float:
        """Seconds of processor time that the function's thread has used by now; 0 where the
        system cannot tell of a thread that runs."""
        try:
            return self._used if self._clock is None else time.clock_gettime(self._clock)
        except OSError:  # it has ended this moment
            return self._used

    def _complaint(self) -> Exception | None:
        if self._failure is None or isinstance(self._failure, Exception):
            return self._failure
        return NetlibError(  # SystemExit here would end the notebook's cell without a word
            f"expected {self._name} to return; it ended with {type(self._failure).__name__}"
        )

    def _insist(self, sock: socket.socket, thread: threading.Thread) -> NetlibError:
        """End a function that does not stop, and say where it was."""
        frames = _frames(thread)
        where = self._where(frames)
        waited_on = (value for frame in frames for value in frame.f_locals.values())
        for stuck in [sock, *(value for value in waited_on if isinstance(value, socket.socket))]:
            _wake(stuck)
        sock.close()
        thread.join(SERVER_S / 8)
        used = self.cpu_s
        thread.join(SERVER_S / 8)
        if thread.is_alive() and self.cpu_s > used:  # a loop that waits for nothing
            _interrupt(thread, SystemExit)
            thread.join(SERVER_S / 4)
            _interrupt(thread, None)
        left = " Its thread could not be ended: restart the kernel." if thread.is_alive() else ""
        return NetlibError(
            f"expected {self._name} to return within {SERVER_S:g} s of stop.set(); {where}. "
            "Its socket is closed now. Let no wait be longer than 0.1 s (sock.settimeout(0.1)), "
            f"and look at stop after each.{left}"
        )

    def _where(self, frames: list[FrameType]) -> str:
        """Name the line of the function itself, not one deep in the library below it."""
        code = getattr(self._function, "__code__", None)
        own = [frame for frame in frames if frame.f_code is code] or frames[:1]
        if not own:
            return "it was still running"
        [line] = traceback.StackSummary.extract([(own[0], own[0].f_lineno)])
        shown = f", {line.line}" if line.line else ""
        return f"it was still in line {line.lineno}{shown}"


def _frames(thread: threading.Thread) -> list[FrameType]:
    """Return the frames of a thread, the innermost first."""
    frames = []
    frame = sys._current_frames().get(thread.ident or 0)
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    return frames


def _wake(sock: socket.socket) -> None:
    """End every wait on sock: closing a descriptor does not wake who waits on it (Linux)."""
    with contextlib.suppress(OSError):  # ENOTCONN on UDP, which wakes who waits all the same
        sock.shutdown(socket.SHUT_RDWR)


def _interrupt(thread: threading.Thread, error: type[BaseException] | None) -> None:
    """Raise error in thread at its next byte code, or take back what is not raised yet.

    Python has no other way to end a thread. Only for one that runs: where the thread waits
    and this one is traced (coverage, a debugger), Python 3.11 spins here until it wakes up.
    """
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread.ident or 0), error and ctypes.py_object(error)
    )
