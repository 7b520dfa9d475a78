"""A bad network for streams (RFC 9293): it cuts, joins, delays, stalls, ends and resets them.

What it does not have: segments. Loss and reordering are TCP's own business and never reach a
program; what does reach it is how the bytes are cut, and when they come.
"""

import errno
import socket
import time
from contextlib import ExitStack

from netlib.faults.loop import READ, Loop
from netlib.faults.relay import Relay
from netlib.faults.tcp_connection import Connection
from netlib.schedule import STREAMS

__all__ = ["TCPRelay"]

_BATCH = 16  # connections accepted before the others have their turn
_PAUSE_S = 0.05
_FULL = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class TCPRelay(Relay):
    """A network between any number of TCP clients and one target.

    Clients connect to the address that the with-block gets; every connection has one of its
    own to the target, and meets the whole schedule from its start. Ends and resets are
    passed on, each direction for itself, and so is waiting: who does not read stops the
    other end after some 100 kB. The same schedule and the same program give the same pieces:
    after a cut the next piece is sent when the reader has taken the one before (Linux sees
    that; elsewhere, and if the reader takes nothing for 0.25 s, a short pause has to do).

    Where nobody listens, a client's connection is reset. (Its connect() has succeeded by
    then, as with a load balancer; a real network would refuse it.)

    When a fault is unrealistic: split and merge never are: TCP promises nothing about pieces
    (RFC 9293, section 3.8). A split after every byte is what people at a terminal cause;
    a merge, a reader that is slower than the sender. A delay of more than a few seconds is an
    outage. A stall for ever is a stopped program. reset is a crashed peer or an impatient
    middlebox; here both ends get it at once, after exactly so many bytes, and nothing that
    came before is lost. half-close by the network is not real: read it as the peer's own
    shutdown(). short and window below 500 bytes are those of very small machines; Linux
    has no receive buffer below some 2 kB.
    """

    kind = "tcp"
    words = STREAMS

    def start(self, front: socket.socket, loop: Loop) -> "_Run":
        return _Run(self, front, loop)

    def window(self, reply: bool) -> int | None:
        """Return the receive buffer that the schedule asks for in one direction, in bytes."""
        faults = (fault for fault in self.faults.faults if fault.reply is reply)
        return min((f.amount for f in faults if f.kind == "window"), default=None)


class _Run:
    def __init__(self, relay: TCPRelay, front: socket.socket, loop: Loop) -> None:
        self.relay, self.loop, self.front = relay, loop, front
        self.connections: set[Connection] = set()
        front.setblocking(False)
        if (size := relay.window(reply=False)) is not None:  # accepted sockets inherit it
            front.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
        loop.watch(front, READ, self.accept)

    def accept(self, events: int) -> None:
        for _ in range(_BATCH):
            try:
                client, _ = self.front.accept()
                self.relate(client)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in _FULL:
                    self.pause()
                    return
                # else this client has given up already

    def relate(self, client: socket.socket) -> None:
        """Give client a connection of its own to the target."""
        with ExitStack() as undo:
            undo.callback(client.close)
            target = undo.enter_context(socket.socket(client.family, socket.SOCK_STREAM))
            if (size := self.relay.window(reply=True)) is not None:
                target.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
            connection = Connection(self.relay, self.loop, client, target, self.connections.discard)
            undo.pop_all()
        self.connections.add(connection)
        connection.connect()

    def pause(self) -> None:
        """Leave new connections in the backlog, as no descriptor is left for them."""
        due = time.monotonic() + _PAUSE_S

        def over() -> bool:
            if time.monotonic() < due:
                return False
            self.loop.watch(self.front, READ, self.accept)
            return True

        self.loop.forget(self.front)
        self.loop.poll(over)

    def close(self) -> None:
        """Close all connections, as they stand."""
        for connection in tuple(self.connections):
            connection.close()
