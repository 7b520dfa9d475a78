"""The side where a learner's code runs: it loads cells and does what it is asked.

It answers questions ("call this name with these values") and judges nothing. In a notebook
it is a fork of the kernel; in grading, a process inside the sandbox (see
`first_process`).

The first call runs in the main thread, because signal handlers and some libraries insist on
it; calls that come while it is busy run in threads of their own.
"""

import builtins
import contextlib
import gc
import inspect
import os
import queue
import resource
import signal
import socket
import sys
import threading
import time
import types
import warnings
from typing import Any

from .exceptions import cell_line, describe_exception
from .loading import LoadCell, load
from .objects import Carried, Incoming, Outgoing
from .pipe import Crowded, Pipe, PipeError, close_all
from .values import decode, encode

__all__ = ["Guest"]

Message = dict[str, Any]

_SPINS_S = 0.03  # of CPU: who waits for something, again and again, uses a fiftieth of it
_LOOK_S, _LOOKS = 0.012, 12  # between two looks; so many, where a busy machine lets nobody run


class Guest:
    """Serves one pipe until it ends, then ends the process."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        module = types.ModuleType("__main__")
        module.__dict__["__builtins__"] = builtins
        sys.modules["__main__"] = module  # dataclasses and typing look a class's module up
        self._names = module.__dict__
        self._carried = Carried(lambda message, descriptors: self._pipe.send(message, descriptors))
        # Of a call: the thread that runs it, its clock, and what the kernel calls it.
        self._frames: dict[int, tuple[int, int, int]] = {}
        self._calls: queue.SimpleQueue[tuple[Message, list[int]]] = queue.SimpleQueue()
        self._main_free = threading.Event()
        self._main_free.set()
        self._unclosed = 0

    def serve(self) -> None:
        """Answer until the judge's end closes; never returns."""
        # A child that the learner forks must not answer in our name.
        os.register_at_fork(after_in_child=lambda: self._pipe.close())
        self._watch_warnings()
        gc.freeze()  # collections after each call then look at the learner's objects alone
        first = self._loaded()
        threading.Thread(target=self._read, daemon=True).start()
        self._dispatch(*first)
        while True:
            self._call(*self._calls.get())

    def _loaded(self) -> tuple[Message, list[int]]:
        """Load cells, and copy this process as often as the judge asks, while it has no threads.

        Returns the first message that is something else; in this process, or in a copy.
        """
        try:
            while True:
                message, descriptors = self._pipe.receive()
                if message["op"] == "load":
                    self._load(message)
                elif message["op"] == "copy":
                    self._copy(descriptors)
                else:
                    return message, descriptors
        except PipeError:
            os._exit(0)

    def _copy(self, descriptors: list[int]) -> None:
        """Fork; the copy serves a pipe of its own, and prints elsewhere if it is told where."""
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a copy
        gc.freeze()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._pipe = Pipe(socket.socket(fileno=descriptors.pop(0)))
            _take_streams(descriptors)
            self._send({"copied": True})
        close_all(descriptors)

    def _read(self) -> None:
        try:
            while True:
                message, descriptors = self._pipe.receive()
                self._dispatch(message, descriptors)
        except PipeError:
            os._exit(0)
        except BaseException:
            os._exit(70)  # our own fault: end rather than leave the judge waiting

    def _dispatch(self, message: Message, descriptors: list[int]) -> None:
        match message["op"]:
            case "call" | "load" if self._main_free.is_set():
                self._main_free.clear()
                self._calls.put((message, descriptors))
            case "call" | "load":
                call = (message, descriptors)
                threading.Thread(target=self._call, args=call, daemon=True).start()
            case "set":
                self._carried.event(message["event"]).set()
            case "answer":
                self._carried.answered(message)
            case "rest":
                threading.Thread(target=self._rest, args=(message["id"],), daemon=True).start()
            case "where":
                threading.Thread(target=self._where, args=(message["id"],), daemon=True).start()

    def _done(self) -> None:
        """Take the next call in this thread, if it is the main one: it comes with no delay."""
        if threading.current_thread() is threading.main_thread():
            self._main_free.set()

    def _send(self, message: Message, descriptors: list[int] | None = None) -> None:
        with contextlib.suppress(PipeError):
            self._pipe.send(message, descriptors or [])

    # -- calls ----------------------------------------------------------------------------

    def _call(self, message: Message, descriptors: list[int]) -> None:
        number = message["id"]
        thread = threading.get_ident()
        clock = time.pthread_getcpuclockid(thread)
        self._frames[number] = thread, clock, threading.get_native_id()
        if message["op"] == "load":
            self._load(message)
            return
        out = Outgoing(self._carried)
        self._watch_warnings()
        waits = _waits()
        try:
            value = self._perform(message, descriptors)
            kept = self._carried.keep(value) if message["keep"] else encode(value, out.moved)
            reply = {"id": number, "value": kept}
        except BaseException as error:  # SystemExit and KeyboardInterrupt are the learner's
            reply = {"id": number, "raised": describe_exception(error)}
        value, waited = None, _waits() > waits
        gc.collect()
        reply["unclosed"], self._unclosed = self._unclosed, 0
        reply["closed"], reply["waited"] = self._carried.closed(), waited
        self._done()
        try:
            self._pipe.send(reply, out.descriptors)
        except Crowded:
            self._send({**reply, "raised": None, "value": None, "crowded": True})
        except PipeError:  # too long to send; or nobody is there, and nobody hears this
            self._send({**reply, "raised": None, "value": {"too": "long"}})
        out.release()

    def _load(self, message: Message) -> None:
        before = _held()
        cells = [LoadCell(*cell) for cell in message["cells"]]
        result = load(
            cells, message["names"], self._names, lambda label: self._send({"loading": label})
        )
        rows = [[problem.label, problem.line, problem.error] for problem in result.problems]
        missing = [name for name in message["names"] if name not in self._names]
        undefined = list(result.undefined)[:50]
        gc.collect()
        self._unclosed = 0  # what a cell left open is no call's fault
        self._done()
        loaded = {"loaded": rows, "missing": missing, "undefined": undefined}
        still = _held() == before and not _has_children()
        self._send({"id": message["id"], **loaded, "still": still})

    def _perform(self, message: Message, descriptors: list[int]) -> Any:
        coming = Incoming(self._carried, descriptors)
        try:
            arguments = [decode(item, coming.special) for item in message["args"]]
            named = {k: decode(item, coming.special) for k, item in message["kwargs"].items()}
        finally:
            close_all(coming.unused())
        target = message["target"]
        if isinstance(target, int):
            target = self._carried.handle(target)
        elif target in self._names:
            target = self._names[target]
        else:
            raise NameError(f"name {target!r} is not defined")
        for attribute in message["path"]:
            target = getattr(target, attribute)
        if message["read"]:
            return target
        value = target(*arguments, **named)
        if not inspect.isawaitable(value):
            return value
        import asyncio  # slow to import, and most solutions do without

        return asyncio.run(_await(value))

    def _watch_warnings(self) -> None:
        """See every unclosed socket, also where the learner's code has changed the filters."""
        warnings.simplefilter("always", ResourceWarning)
        warnings.showwarning = self._count_warning

    def _count_warning(self, message: Any, category: type[Warning], *_: Any, **__: Any) -> None:
        if issubclass(category, ResourceWarning) and "unclosed <socket" in str(message):
            self._unclosed += 1

    def _where(self, number: int) -> None:
        """Say what a call is at: [label, line] of its innermost frame that lies in a cell, whether
        it uses the CPU all the time, and whether it has left unread what it was sent."""
        thread, clock, native = self._frames.get(number, (0, None, 0))
        before = _used(clock)
        for _ in range(_LOOKS):
            time.sleep(_LOOK_S)
            used = _used(clock)
            runs = used - before > _LOOK_S / 40
            if runs or not (_others_are_ready() or self._carried.asks()):
                break
        else:  # all the time it waits for a CPU, or for the judge to get one
            runs = _is_ready(native) or self._carried.asks()
        self._send(
            {
                "where": cell_line(sys._current_frames().get(thread)),
                "spins": used > _SPINS_S and runs,
                "unread": self._carried.unread(),
            }
        )

    def _rest(self, number: int) -> None:
        """Say when a call's thread has gone to sleep: three looks without any progress, at which
        no thread but this one was ready to run. (Whoever waits for a CPU makes no progress.)"""
        before, calm = -1.0, 0
        while calm < 3:
            _, clock, _ = self._frames.get(number, (0, None, 0))
            used = _used(clock, -1.0)
            calm = calm + 1 if used == before >= 0 and not _others_are_ready() else 0
            before = used
            time.sleep(0.004)  # lets it run; there is no event for "nothing to do"
        self._send({"rested": number})


def _take_streams(printed: list[int]) -> None:
    """Open the standard streams anew: what one copy sets on a file of theirs, all would see."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null if stream != 1 or not printed else printed[0], stream)
    os.close(null)


def _used(clock: int | None, unknown: float = 0.0) -> float:
    """Return how long a thread has run, by its clock; unknown if it has not begun, and 0 if it has
    ended: then nobody asks any more."""
    try:
        return unknown if clock is None else time.clock_gettime(clock)
    except OSError:
        return 0.0


def _waits() -> int:
    """Return how often this thread has waited for something so far."""
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw


def _held() -> tuple[int, int]:
    """Return how many threads and descriptors there are: no copy has the first, and all copies
    share the second."""
    return threading.active_count(), len(os.listdir("/dev/fd"))


def _others_are_ready() -> bool:
    """Return whether another thread of this process runs or waits for a CPU (proc(5))."""
    here = threading.get_native_id()
    with contextlib.suppress(OSError):  # there is no /proc
        others = (int(thread) for thread in os.listdir("/proc/self/task") if thread != str(here))
        return any(map(_is_ready, others))
    return False


def _is_ready(thread: int) -> bool:
    """Return whether a thread of this process, by its native id, runs or waits for a CPU."""
    try:
        with open(f"/proc/self/task/{thread}/stat", "rb") as file:
            return file.read().rpartition(b") ")[2][:1] == b"R"
    except OSError:  # it has ended meanwhile
        return False


def _has_children() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


async def _await(value: Any) -> Any:
    return await value
