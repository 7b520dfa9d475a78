"""One client's connection through a TCP relay and its twin behind it, two lanes of bytes.

Only for tcp_relay.py. How the bytes of one direction go on stands in tcp_lane.py.
"""

import contextlib
import socket
import struct
from collections.abc import Callable
from errno import EINPROGRESS

from netlib.faults.loop import READ, WRITE, Loop
from netlib.faults.relay import Relay
from netlib.faults.tcp_lane import Lane
from netlib.trace import Fate, Note, Step

__all__ = ["Connection"]

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close() sends an RST


class Connection:
    """A client's socket and the one towards the target, until both directions have ended.

    Args:
        closed: called once, when both are closed.

    Raises:
        OSError: the client has gone already.
    """

    def __init__(
        self,
        relay: Relay,
        loop: Loop,
        client: socket.socket,
        target: socket.socket,
        closed: Callable[["Connection"], object],
    ) -> None:
        self.relay, self.loop, self.closed = relay, loop, closed
        self.is_open = True
        self.addresses = client.getpeername(), client.getsockname()  # fails if it was reset
        self.name = relay.new_client()
        self.sockets = {False: client, True: target}  # by whether replies come from there
        self.watched: dict[bool, int] = {False: 0, True: 0}
        faults = relay.faults.faults
        self.lanes = {
            reply: Lane(self, reply, [f for f in faults if f.reply is reply and f.kind != "window"])
            for reply in (False, True)
        }
        for sock in self.sockets.values():
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connect(self) -> None:
        """Begin: connect to the target."""
        self.record(False, "open", "SYN")
        target = self.sockets[True]
        if target.connect_ex(self.relay.resolved) in (0, EINPROGRESS):
            self.loop.watch(target, WRITE, lambda events: self.connected())
        else:
            self.refused()

    def connected(self) -> None:
        target = self.sockets[True]
        self.loop.forget(target)
        if target.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self.refused()
            return
        for lane in self.lanes.values():
            lane.go_on()
        self.watch()

    def refused(self) -> None:
        self.record(True, "reset", "RST: nobody listens there")
        self.close(reset=True)

    def watch(self) -> None:
        """Wait for what the lanes need next."""
        if not self.is_open:
            return
        for side, sock in self.sockets.items():
            reader, writer = self.lanes[side], self.lanes[not side]
            events = READ * reader.wants_more() | WRITE * writer.has_more()
            if events == self.watched[side]:
                continue
            self.watched[side] = events
            if events:
                self.loop.watch(sock, events, self.ready(reader, writer))
            else:
                self.loop.forget(sock)

    def ready(self, reader: Lane, writer: Lane) -> Callable[[int], None]:
        def call(events: int) -> None:
            if events & WRITE and self.is_open:
                writer.write()
            if events & READ and self.is_open:
                reader.read()
            self.watch()

        return call

    def broken(self, reply: bool) -> None:
        """One end sent an RST: so does its twin."""
        self.record(reply, "reset", "RST")
        self.close(reset=True)

    def reset(self, faults: str) -> None:
        """Send an RST to both ends, as the schedule says."""
        for reply in (True, False):
            self.record(reply, "reset", "RST", fate="forged", faults=faults)
        self.close(reset=True)

    def ended(self) -> None:
        """Close if both directions have ended."""
        if all(lane.finished for lane in self.lanes.values()):
            self.close()

    def close(self, reset: bool = False) -> None:
        """Close both sockets, with an RST or as the kernel sees fit."""
        if not self.is_open:
            return
        self.is_open = False
        for sock in self.sockets.values():
            self.loop.forget(sock)
            if reset:
                with contextlib.suppress(OSError):  # it has been reset already
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            sock.close()
        self.closed(self)

    def record(
        self,
        reply: bool,
        step: Step,
        label: str | None = None,
        data: bytes | memoryview = b"",
        fate: Fate = "delivered",
        faults: str = "",
    ) -> None:
        ends, wire = (self.name, self.relay.names[1]), self.addresses
        if reply:
            ends, wire = (ends[1], ends[0]), (wire[1], wire[0])
        self.relay.record(ends, wire, data, fate, step=step, label=label, faults=faults)

    def note(self, reply: bool, text: str) -> None:
        """Record what happens to the end that reads this direction."""
        self.relay.trace.record(Note(self.name if reply else self.relay.names[1], text))
