"""The side where a learner's code runs: it loads cells and does what it is asked.

It answers questions ("call this name with these values") and judges nothing. In a notebook
it is a fork of the kernel; in grading, a process inside the sandbox, started from this file
(see `stub.py`). Nothing here is trusted by whoever asks.

The first call runs in the main thread, because signal handlers and some libraries insist on
it; calls that come while it is busy run in threads of their own.
"""

import asyncio
import builtins
import contextlib
import gc
import inspect
import os
import queue
import socket
import sys
import threading
import time
import types
import warnings
from collections.abc import Callable
from typing import Any

if __package__:
    from autograder.loading import LoadCell, load
    from autograder.pipe import Pipe, PipeError, close_all
    from autograder.tracing import cell_line, describe_exception
    from autograder.values import decode, encode
else:  # run as a file, inside the sandbox
    from loading import LoadCell, load  # type: ignore[import-not-found, no-redef]
    from pipe import Pipe, PipeError, close_all  # type: ignore[import-not-found, no-redef]
    from tracing import (  # type: ignore[import-not-found, no-redef]
        cell_line,
        describe_exception,
    )
    from values import decode, encode  # type: ignore[import-not-found, no-redef]

__all__ = ["Guest"]

Message = dict[str, Any]


class Guest:
    """Serves one pipe until it ends, then ends the process."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        module = types.ModuleType("__main__")
        module.__dict__["__builtins__"] = builtins
        sys.modules["__main__"] = module  # dataclasses and typing look a class's module up
        self._names = module.__dict__
        self._handles: dict[int, Any] = {}
        self._given: dict[int, socket.socket] = {}
        self._events: dict[int, threading.Event] = {}
        self._answers: dict[int, queue.SimpleQueue[Message]] = {}
        self._frames: dict[int, tuple[int, int]] = {}  # call -> thread that runs it, its clock
        self._calls: queue.SimpleQueue[tuple[Message, list[int]]] = queue.SimpleQueue()
        self._main_free = threading.Event()
        self._main_free.set()
        self._unclosed = 0

    def serve(self) -> None:
        """Answer until the judge's end closes; never returns."""
        # A child that the learner forks must not answer in our name.
        os.register_at_fork(after_in_child=self._pipe.close)
        self._watch_warnings()
        gc.freeze()  # collections after each call then look at the learner's objects alone
        threading.Thread(target=self._read, daemon=True).start()
        while True:
            self._call(*self._calls.get())

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
                self._events.setdefault(message["event"], threading.Event()).set()
            case "answer":
                self._answers.pop(message["id"]).put(message)
            case "rest":
                threading.Thread(target=self._rest, args=(message["id"],), daemon=True).start()
            case "where":
                self._send({"where": self._where(message["id"])})

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
        self._frames[number] = thread, time.pthread_getcpuclockid(thread)
        if message["op"] == "load":
            self._load(message)
            return
        out = _Outgoing(self)
        self._watch_warnings()
        try:
            value = self._perform(message, descriptors)
            reply = {"id": number, "value": encode(value, out.moved)}
        except BaseException as error:  # SystemExit and KeyboardInterrupt are the learner's
            reply = {"id": number, "raised": describe_exception(error)}
        value = None
        gc.collect()
        reply["unclosed"], self._unclosed = self._unclosed, 0
        given = list(self._given.items())  # another call may add to it
        reply["closed"] = [token for token, sock in given if sock.fileno() < 0]
        self._done()
        try:
            self._pipe.send(reply, out.descriptors)
        except PipeError:  # too long to send; or nobody is there, and nobody hears this
            self._send({**reply, "raised": None, "value": {"too": "long"}})
        out.release()

    def _load(self, message: Message) -> None:
        cells = [LoadCell(*cell) for cell in message["cells"]]
        loaded = load(
            cells, message["names"], self._names, lambda label: self._send({"loading": label})
        )
        rows = [[problem.label, problem.line, problem.error] for problem in loaded.problems]
        missing = [name for name in message["names"] if name not in self._names]
        undefined = list(loaded.undefined)[:50]
        gc.collect()
        self._unclosed = 0  # what a cell left open is no call's fault
        self._done()
        number = message["id"]
        self._send({"id": number, "loaded": rows, "missing": missing, "undefined": undefined})

    def _perform(self, message: Message, descriptors: list[int]) -> Any:
        coming = _Incoming(self, descriptors)
        try:
            arguments = [decode(item, coming.special) for item in message["args"]]
            named = {k: decode(item, coming.special) for k, item in message["kwargs"].items()}
        finally:
            close_all(coming.unused())
        target = message["target"]
        if isinstance(target, int):
            target = self._handles[target]
        elif target in self._names:
            target = self._names[target]
        else:
            raise NameError(f"name {target!r} is not defined")
        for attribute in message["path"]:
            target = getattr(target, attribute)
        if message["read"]:
            return target
        value = target(*arguments, **named)
        return asyncio.run(_await(value)) if inspect.isawaitable(value) else value

    def _watch_warnings(self) -> None:
        """See every unclosed socket, also where the learner's code has changed the filters."""
        warnings.simplefilter("always", ResourceWarning)
        warnings.showwarning = self._count_warning

    def _count_warning(self, message: Any, category: type[Warning], *_: Any, **__: Any) -> None:
        if issubclass(category, ResourceWarning) and "unclosed <socket" in str(message):
            self._unclosed += 1

    def _where(self, number: int) -> list[Any] | None:
        """Return [label, line] of the innermost frame of a call that lies in a cell."""
        return cell_line(sys._current_frames().get(self._frames.get(number, (0, 0))[0]))

    def _rest(self, number: int) -> None:
        """Say when a call's thread has gone to sleep: three looks without any progress."""
        before, calm = -1.0, 0
        while calm < 3:
            _, clock = self._frames.get(number, (0, None))
            used = -1.0 if clock is None else time.clock_gettime(clock)
            calm = calm + 1 if used == before >= 0 else 0
            before = used
            time.sleep(0.004)  # lets it run; there is no event for "nothing to do"
        self._send({"rested": number})

    # -- what crosses besides plain values ---------------------------------------------------

    def callback(self, number: int) -> Callable[..., Any]:
        """Return a function that asks the judge."""

        def call(*arguments: Any) -> Any:
            answer: queue.SimpleQueue[Message] = queue.SimpleQueue()
            ticket = id(answer)
            self._answers[ticket] = answer
            out = _Outgoing(self)
            values = [encode(argument, out.shared) for argument in arguments]
            self._pipe.send({"callback": number, "id": ticket, "args": values}, out.descriptors)
            message = answer.get()
            if "raised" in message:
                kind = getattr(builtins, message["raised"][0], RuntimeError)
                raise kind(*message["raised"][1])
            return decode(message["value"])

        return call

    def event(self, number: int) -> threading.Event:
        """Return the event of that number, the same one every time."""
        return self._events.setdefault(number, threading.Event())

    def given(self, token: int, descriptor: int | None, timeout: float | None) -> socket.socket:
        """Return the socket that the judge calls token, with its timeout."""
        if token not in self._given:
            self._given[token] = socket.socket(fileno=descriptor)
        sock = self._given[token]
        sock.settimeout(timeout)
        return sock

    def keep(self, value: Any) -> Message:
        """Keep an object here and return what names it on the other side."""
        self._handles[number := len(self._handles) + 1] = value
        kinds = {
            "generator": inspect.isgenerator(value),
            "coroutine": inspect.iscoroutine(value),
            "callable": callable(value),
        }
        kind = next((name for name, true in kinds.items() if true), "object")
        return {"handle": number, "kind": kind, "type": type(value).__name__[:80]}

    def handle(self, number: int) -> Any:
        """Return the object that the judge holds a handle of."""
        return self._handles[number]


class _Incoming:
    """Reads the tagged parts of a call: sockets, events, callbacks and handles."""

    def __init__(self, guest: Guest, descriptors: list[int]) -> None:
        self._guest = guest
        self._descriptors: list[int | None] = list(descriptors)

    def special(self, data: Message) -> Any:
        match data:
            case {"socket": token, "timeout": timeout}:
                descriptor = None
                if (index := data.get("descriptor")) is not None:
                    descriptor, self._descriptors[index] = self._descriptors[index], None
                return self._guest.given(token, descriptor, timeout)
            case {"event": number}:
                return self._guest.event(number)
            case {"callback": number}:
                return self._guest.callback(number)
            case {"handle": number}:
                return self._guest.handle(number)
        raise ValueError(f"no value: {data}")

    def unused(self) -> list[int]:
        return [descriptor for descriptor in self._descriptors if descriptor is not None]


class _Outgoing:
    """Writes sockets as descriptors beside the message, and the rest as handles."""

    def __init__(self, guest: Guest) -> None:
        self._guest = guest
        self.descriptors: list[int] = []
        self._moved: list[socket.socket] = []

    def shared(self, value: Any) -> Message:
        """A socket that the learner's code goes on using."""
        if not isinstance(value, socket.socket):
            return self._guest.keep(value)
        self.descriptors.append(value.fileno())
        return {"socket": len(self.descriptors) - 1, "timeout": value.gettimeout()}

    def moved(self, value: Any) -> Message:
        """A socket that is handed over: the judge's copy is then the only one."""
        if isinstance(value, socket.socket):
            self._moved.append(value)
        return self.shared(value)

    def release(self) -> None:
        for sock in self._moved:
            sock.close()


async def _await(value: Any) -> Any:
    return await value
