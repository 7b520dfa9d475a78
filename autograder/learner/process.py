"""The learner's code as a rule sees it: something that can be called, and watched.

A rule never holds an object of the learner's, only plain data, sockets and handles. A call
that raises, hangs or dies is an observation like any other; only the rule says what it
means.
"""

import contextlib
import itertools
import os
import socket
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, BinaryIO

from autograder.clock import CLOCK, Moment
from autograder.deadlines import CALL_S, MESSAGE_S, REST_S, WHERE_S
from autograder.guest.pipe import Pipe, PipeError, drop
from autograder.guest.values import decode, encode
from autograder.learner import process_tree
from autograder.learner.calls import Call
from autograder.learner.handles import Event
from autograder.learner.objects import Incoming, Outgoing
from autograder.text.observed import Gone, Hang, Raised, Standing, place

__all__ = ["MALFORMED", "Process"]


class Process:
    """One process with the learner's cells loaded.

    kill ends it; sockets and tasks tell which ones it has, and cpu_s for how many seconds it has
    run, as those of `process_tree` do.

    Attributes:
        problems: what loading raised: (label of the cell, line, error).
        missing: names that were wanted and are not defined.
        lent: sockets that it was given for good, as /proc names them.
        scratch: an open folder that it may write to, and what it calls that; None where it
            sees the same folders as we do.
    """

    def __init__(
        self,
        pipe: Pipe,
        kill: Callable[[], None],
        sockets: Callable[[], frozenset[str]] = frozenset,
        printed: BinaryIO | None = None,
        tasks: Callable[[], process_tree.Tasks] = frozenset,
        cpu_s: Callable[[], float] = float,
    ) -> None:
        self._pipe, self._kill, self._sockets, self._printed = pipe, kill, sockets, printed
        self.tasks, self.cpu_s = tasks, cpu_s
        pipe.clock = CLOCK
        self._at_first: frozenset[str] = frozenset()
        self._text = ""
        self._numbers = itertools.count(1)
        self._calls: dict[int, Call] = {}
        self._answered: list[Call] = []
        self._handed = Outgoing(self._numbers)
        self._received: list[socket.socket] = []
        self._standing: Standing | None = None
        self._asked = False
        self._rested = False
        self._resting: set[int] = set()  # calls of which we have asked that
        self.problems: list[tuple[str, int, str]] = []
        self.missing: tuple[str, ...] = ()
        self.lent: set[str] = set()
        self.scratch: tuple[int, str] | None = None

    def begin(
        self,
        problems: list[tuple[str, int, str]],
        missing: tuple[str, ...],
        printed: str,
        deadline: Moment,
    ) -> None:
        """Wait for the copy of a process in which loading gave that.

        deadline is a moment of the clock. Raises TimeoutError or PipeError.
        """
        self.problems, self.missing, self._text = problems, missing, printed
        if self._pipe.receive(deadline)[0] != {"copied": True}:
            raise PipeError("a message where a copy should begin")
        self._at_first = self._sockets()

    def start(self, name: str, *args: Any, **kwargs: Any) -> Call:
        """Begin a call of one of the learner's names."""
        return self.start_path(name, (), args, kwargs)

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call one of the learner's names and return its value."""
        return self.start(name, *args, **kwargs).result()

    def event(self) -> Event:
        """Return a new event to pass as an argument."""
        return Event(self, next(self._numbers))

    def sockets_kept(self) -> int:
        """Return how many sockets the code holds that it had not when it was loaded, and that
        are not ours, too."""
        ours = process_tree.held(os.getpid()) | self.lent
        return len(self._sockets() - self._at_first - ours)

    def rest(self, call: Call) -> None:
        """Wait until a call has nothing to do before something happens to it. Raises Gone."""
        self._rested = False
        if call.reply is None and call.number not in self._resting:  # else it is looked at still
            self._resting.add(call.number)
            self.post({"op": "rest", "id": call.number})
        deadline = CLOCK.limit(REST_S)
        with contextlib.suppress(TimeoutError):
            while not self._rested and call.reply is None:
                self._receive(deadline)

    @contextlib.contextmanager
    def halted(self) -> Iterator[None]:
        """Give it no CPU meanwhile, as a busy machine may do; what comes, waits for it."""
        pids = {pid for pid, _, ended in self.tasks() if not ended}
        process_tree.halt(pids)
        try:
            yield
        finally:
            process_tree.go_on(pids)

    def printed(self) -> str:
        """Return what the code has printed so far, where that is kept."""
        if self._printed is not None:
            self._printed.seek(0)
            return self._text + self._printed.read().decode(errors="replace")
        return self._text

    def kill(self) -> None:
        """End the process and everything that it started."""
        self._kill()  # first: at the end of its pipe it would leave its children to others
        self._pipe.drop()
        drop(sock.detach() for sock in self._received if sock.fileno() >= 0)
        for call in self._answered:  # nobody may have asked for its value
            drop(call.descriptors or ())
            call.descriptors = None
        self._received.clear()
        if self._printed is not None:
            self._text = self.printed()
            self._printed.close()
            self._printed = None

    # -- the protocol ------------------------------------------------------------------------

    def start_path(
        self,
        target: str | int,
        path: tuple[str, ...],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        read: bool = False,
        keep: bool = False,
    ) -> Call:
        """Begin a call of a name or handle, through attributes; keep its value there, as a
        handle, whatever it is."""
        descriptors: list[int] = []
        write = partial(self._handed.write, descriptors=descriptors)
        call = self._register()
        message = {
            "op": "call",
            "id": call.number,
            "target": target,
            "path": list(path),
            "read": read,
            "keep": keep,
            "args": [encode(item, write) for item in args],
            "kwargs": {name: encode(item, write) for name, item in kwargs.items()},
        }
        self.post(message, descriptors)
        return call

    def post(self, message: dict[str, Any], descriptors: list[int] | None = None) -> None:
        """Send a message. Raises Gone."""
        try:
            self._pipe.send(message, descriptors or [], CLOCK.limit(CALL_S))
        except PipeError as error:
            self.kill()
            raise Gone(str(error)) from error

    def fileno(self) -> int:
        """Return the pipe's descriptor, for poll."""
        return self._pipe.fileno()

    def handle_one(self) -> None:
        """Handle one message that has begun to arrive. Raises Gone on any breach."""
        try:
            self._receive(CLOCK.limit(MESSAGE_S))
        except TimeoutError as error:  # a message that drips
            self.kill()
            raise Gone(str(error)) from None

    def pump(self, deadline: Moment, call: Call, within: float) -> None:
        """Handle one message. Raises Hang when deadline passes, Gone on any breach."""
        try:
            self._receive(deadline)
        except TimeoutError:
            standing = self.standing(call)
            self.kill()
            raise Hang(within, standing) from None

    def _receive(self, deadline: Moment) -> None:
        """Handle the next message. Raises TimeoutError, and Gone on any breach."""
        try:
            self._handle(*self._pipe.receive(deadline))
        except TimeoutError:  # an OSError, so it must not meet the clause below
            raise
        except (PipeError, *MALFORMED) as error:
            self.kill()
            raise Gone(str(error)) from None

    def value_of(self, call: Call) -> Any:
        """Return the value in a call's reply, or raise what it describes."""
        reply, came = call.reply or {}, self._incoming(call.descriptors or [])
        call.descriptors = None
        try:
            call.unclosed = int(reply["unclosed"])
            call.closed = tuple(int(token) for token in reply["closed"])
            call.waited = reply.get("waited") is not False
            if reply.get("raised") is not None:
                raise Raised(reply["raised"])
            return decode(reply["value"], came.read)
        except MALFORMED as error:
            self.kill()
            raise Gone(f"the reply cannot be read: {error}", unreadable=True) from None
        finally:
            came.drop()

    def _register(self) -> Call:
        call = Call(self, next(self._numbers), time.monotonic())
        self._calls[call.number] = call
        return call

    def _handle(self, message: dict[str, Any], descriptors: list[int]) -> None:
        if message.get("crowded") is True:
            drop(descriptors)
            # Whoever says so without need has no grade at all: see judge.
            raise RuntimeError("no socket could cross: other guests keep too many in flight")
        if "callback" in message:
            self._answer(message, descriptors)
            return
        if type(message.get("id")) is int and (call := self._calls.pop(message["id"], None)):
            call.reply, call.descriptors, call.ended = message, descriptors, time.monotonic()
            self._answered.append(call)
            return
        drop(descriptors)
        rested = message.get("rested")
        if type(rested) is int and rested in self._resting:  # the call may have ended meanwhile
            self._resting.discard(rested)
            self._rested = rested in self._calls
        elif self._asked and "where" in message:
            self._standing = Standing(
                place(message["where"]), message["spins"] is True, message["unread"] is True
            )
        else:
            raise ValueError("a message that answers nothing")

    def _answer(self, message: dict[str, Any], descriptors: list[int]) -> None:
        came = self._incoming(descriptors)
        try:
            function = self._handed.callbacks[message["callback"]]
            arguments = [decode(item, came.read) for item in message["args"]]
        finally:
            came.drop()
        answer: dict[str, Any] = {"op": "answer", "id": message["id"]}
        try:
            answer["value"] = encode(function(*arguments))
        except Exception as error:
            answer["raised"] = [type(error).__name__, [str(item) for item in error.args]]
        self.post(answer)

    def standing(self, call: Call) -> Standing:
        """Return what a call is at, as far as the code can say."""
        self._asked, self._standing = True, None
        try:
            self.post({"op": "where", "id": call.number})
            deadline = CLOCK.limit(WHERE_S)
            while self._standing is None:
                self._handle(*self._pipe.receive(deadline))
        except (TimeoutError, PipeError, Gone, *MALFORMED):
            pass
        return self._standing or Standing()

    def _incoming(self, descriptors: list[int]) -> Incoming:
        return Incoming(self, descriptors, self._received)


MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, OSError)
"""What reading a reply may raise that is none."""
