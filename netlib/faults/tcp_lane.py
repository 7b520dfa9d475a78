"""One direction of a connection through a TCP relay: read, do what the schedule says, send.

Only for tcp_connection.py. What the schedule says is decided by Shape in
netlib.schedule.streams, which has no sockets.
"""

import contextlib
import socket
import time
from collections.abc import Sequence
from typing import Protocol

from netlib.deadlines import SERVER_S
from netlib.faults import diag
from netlib.faults.loop import Loop
from netlib.schedule import Fault
from netlib.schedule.streams import End, Pass, Reset, Shape
from netlib.trace import Fate, Step

__all__ = ["Lane"]

_BATCH = 8  # reads before the others have their turn
_PATIENCE_S = SERVER_S / 8  # for a reader to take a piece before the next is sent all the same
_PAUSE_S = 0.002  # between pieces where nobody knows whether it has


class Connection(Protocol):
    """The connection that a lane is part of, as far as a lane knows it: see tcp_connection.py."""

    loop: Loop
    sockets: dict[bool, socket.socket]

    @property
    def is_open(self) -> bool: ...
    def broken(self, reply: bool) -> None: ...
    def ended(self) -> None: ...
    def note(self, reply: bool, text: str) -> None: ...
    def record(
        self,
        reply: bool,
        step: Step,
        label: str | None = None,
        *,
        data: bytes | memoryview = b"",
        fate: Fate = "delivered",
        faults: str = "",
    ) -> None: ...
    def reset(self, faults: str) -> None: ...
    def watch(self) -> None: ...


class Lane:
    """One direction of a connection.

    Attributes:
        finished: its end has been passed on.
    """

    def __init__(self, connection: Connection, reply: bool, faults: Sequence[Fault]) -> None:
        self.connection, self.reply = connection, reply
        self.source, self.sink = connection.sockets[reply], connection.sockets[not reply]
        self.shape = Shape(faults) if faults else None
        self.pending = memoryview(b"")  # what the sink's buffer had no room for
        self.sent = 0
        self.heard_end = self.finished = self.settling = self.alone = False
        self.due: float | None = None

    def wants_more(self) -> bool:
        if self.heard_end or self.pending or self.settling:
            return False
        return self.finished or self.shape is None or self.shape.room() > 0

    def has_more(self) -> bool:
        return bool(self.pending)

    def read(self) -> None:
        """Take what has come, and let it go on."""
        view = memoryview(self.connection.loop.scratch)
        for _ in range(_BATCH):
            room = len(view)
            if self.shape is not None and not self.finished:
                room = min(room, self.shape.room())
            if not self.wants_more() or not self.connection.is_open:
                return
            try:
                size = self.source.recv_into(view[:room])
            except BlockingIOError:
                return
            except OSError:
                self.connection.broken(self.reply)
                return
            self.take(view[:size])

    def take(self, data: memoryview) -> None:
        if not data:
            self.heard_end = True
        if self.finished:  # the schedule has ended this direction early
            if data:
                self.connection.record(self.reply, "data", data=data, fate="lost")
        elif self.shape is None:
            if data:
                self.send(data)
            else:
                self.end()
        else:
            if data:
                self.shape.feed(bytes(data), self.connection.loop.clock.now())
            else:
                self.shape.finish()
            self.go_on()

    def go_on(self) -> None:
        """Do what the schedule says, up to where something has to be waited for."""
        while self.shape is not None and self.connection.is_open:
            if self.pending or self.settling or self.finished:
                return
            step = self.shape.step(self.connection.loop.clock.now())
            if isinstance(step, Pass):
                self.alone = step.alone
                self.send(memoryview(step.data), step.faults)
            elif isinstance(step, End):
                self.end(step.early)
                if step.lost:
                    self.connection.record(self.reply, "data", data=step.lost, fate="lost")
            elif isinstance(step, Reset):
                self.connection.reset(step.faults)
            else:
                if step.faults:
                    self.connection.note(self.reply, step.faults)
                self.wait(step.until)
                return

    def wait(self, until: float | None) -> None:
        if until is None or until == self.due:
            return
        self.due = until

        def over() -> None:
            self.go_on()
            self.connection.watch()

        self.connection.loop.at(until, over)

    def send(self, data: memoryview, faults: str = "") -> None:
        # Recorded before it is sent: who has it, finds it in the trace.
        self.connection.record(self.reply, "data", data=data, faults=faults)
        sent = self.try_to_send(data)
        if sent < len(data):
            self.pending = memoryview(bytes(data[sent:]))
        else:
            self.settle()

    def write(self) -> None:
        """Go on with what the sink had no room for."""
        self.pending = self.pending[self.try_to_send(self.pending) :]
        if not self.pending:
            self.settle()
            self.go_on()

    def try_to_send(self, data: memoryview) -> int:
        try:
            sent = self.sink.send(data)
        except BlockingIOError:
            return 0
        except OSError:
            self.connection.broken(not self.reply)
            return len(data)
        self.sent += sent
        return sent

    def settle(self) -> None:
        """Wait until the reader has taken a piece that is to be a read of its own."""
        if not self.alone or not self.connection.is_open:
            return
        self.alone, self.settling = False, True
        began = time.monotonic()
        try:
            reader, writer = self.sink.getpeername(), self.sink.getsockname()
        except OSError:  # reset meanwhile: the next read or write will find out
            self.settling = False
            return

        def done() -> bool:
            if not self.connection.is_open:
                return True
            taken = diag.taken(reader, writer)
            waited = time.monotonic() - began
            if taken is None and waited < _PAUSE_S:
                return False
            if taken is not None and taken < self.sent and waited < _PATIENCE_S:
                return False
            self.settling = False
            self.go_on()
            self.connection.watch()
            return True

        self.connection.loop.poll(done)

    def end(self, early: str = "") -> None:
        """Pass on that no more will come."""
        self.finished = True
        fate: Fate = "forged" if early else "delivered"
        self.connection.record(self.reply, "end", "FIN", fate=fate, faults=early)
        with contextlib.suppress(OSError):  # the other end has gone: its twin will hear of it
            self.sink.shutdown(socket.SHUT_WR)
        self.connection.ended()
