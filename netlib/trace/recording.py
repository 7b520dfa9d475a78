"""Sockets that write down what crosses them: serving(..., trace=) hands them to its function.

They are ordinary sockets otherwise. What bypasses their methods is not seen: os.write and
os.sendfile on the descriptor, a child process, dup().
"""

import socket
import time
from collections.abc import Iterable
from typing import Any

from netlib.trace import Address, Message, Step, Trace, summary

__all__ = ["RecordedSocket", "Recorder"]


class Recorder:
    """Writes into a trace what one server's sockets send and receive, from now on.

    Args:
        names: of the first client and the server; the second client is "client 2".
    """

    def __init__(self, trace: Trace, names: tuple[str, str] = ("client", "server")) -> None:
        self.trace, self.names = trace, names
        self._began = time.monotonic()
        self._clients: dict[Address, str] = {}

    def meet(self, client: Address, again: bool = False) -> str:
        """Return the name of a client; again: a new connection from the same port is a new one."""
        if again or client not in self._clients:
            number = len(self._clients) + 1
            name = self.names[0] if number == 1 else f"{self.names[0]} {number}"
            self._clients[client] = name
        return self._clients[client]

    def record(
        self, client: Address, server: Address, outward: bool, data: bytes, step: Step
    ) -> None:
        """Record one message; outward: from the server to the client."""
        if not self.trace.room(len(data)):
            self.trace.skip(len(data))
            return
        ends, wire = (self.meet(client), self.names[1]), (client[:2], server[:2])
        if outward:
            ends, wire = (ends[1], ends[0]), (wire[1], wire[0])
        label = {"open": "SYN", "end": "FIN", "reset": "RST"}.get(step) or summary(data)
        at = time.monotonic() - self._began
        self.trace.record(
            Message(*ends, label, data, time=at, step=step, source=wire[0], destination=wire[1])
        )


class RecordedSocket(socket.socket):
    """A socket that tells its recorder; what a call did is recorded when it has succeeded."""

    recorder: Recorder
    _peer: Address | None = None  # of a TCP connection
    _ended: tuple[bool, ...] = (False, False)  # the client's direction, the server's

    @classmethod
    def of(
        cls, sock: socket.socket, recorder: Recorder, peer: Address | None = None
    ) -> "RecordedSocket":
        """Turn sock, which is empty afterwards, into one that is recorded."""
        timeout = sock.gettimeout()
        made = cls(sock.family, sock.type, sock.proto, sock.detach())
        made.settimeout(timeout)
        made.recorder, made._peer = recorder, peer
        return made

    def accept(self) -> tuple[socket.socket, Any]:
        sock, peer = super().accept()
        self.recorder.meet(peer, again=True)
        made = RecordedSocket.of(sock, self.recorder, peer)
        made._tell(False, b"", "open", peer)
        return made, peer

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        if self._peer is None:
            return self.recvfrom(bufsize, flags)[0]
        return self._received(super().recv(bufsize, flags), flags)

    def recvfrom(self, bufsize: int, flags: int = 0, /) -> tuple[bytes, Any]:
        data, peer = super().recvfrom(bufsize, flags)
        return self._received(data, flags, peer), peer

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        if self._peer is None:
            return self.recvfrom_into(buffer, nbytes, flags)[0]
        size = super().recv_into(buffer, nbytes, flags)
        self._received(bytes(memoryview(buffer).cast("B")[:size]), flags)
        return size

    def recvfrom_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> tuple[int, Any]:
        size, peer = super().recvfrom_into(buffer, nbytes, flags)
        self._received(bytes(memoryview(buffer).cast("B")[:size]), flags, peer)
        return size, peer

    def recvmsg(
        self, bufsize: int, ancbufsize: int = 0, flags: int = 0, /
    ) -> tuple[bytes, list[Any], int, Any]:
        data, ancillary, came, peer = super().recvmsg(bufsize, ancbufsize, flags)
        return self._received(data, flags, peer), ancillary, came, peer

    def send(self, data: Any, flags: int = 0, /) -> int:
        size = super().send(data, flags)
        self._tell(True, bytes(memoryview(data).cast("B")[:size]))
        return size

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        super().sendall(data, flags)
        self._tell(True, bytes(data))

    def sendto(self, data: Any, *rest: Any) -> int:
        size = super().sendto(data, *rest)
        self._tell(True, bytes(memoryview(data).cast("B")[:size]), peer=rest[-1])
        return size

    def sendmsg(
        self, buffers: Iterable[Any], ancdata: Any = (), flags: int = 0, address: Any = None, /
    ) -> int:
        parts = [bytes(part) for part in buffers]
        size = super().sendmsg(parts, ancdata, flags, address)
        self._tell(True, b"".join(parts)[:size], peer=address)
        return size

    def shutdown(self, how: int, /) -> None:
        super().shutdown(how)
        if how != socket.SHUT_RD:
            self._end(1)

    def close(self) -> None:
        if self.fileno() >= 0:
            self._end(1)
        super().close()

    def _received(self, data: bytes, flags: int, peer: Address | None = None) -> bytes:
        if flags & socket.MSG_PEEK:
            return data
        if self._peer is not None and not data:
            self._end(0)
        else:
            self._tell(False, data, peer=peer)
        return data

    def _end(self, side: int) -> None:
        """Record once that the client (0) or the server (1) will send no more."""
        if self._peer is None or self._ended[side]:
            return
        self._ended = tuple(ended or index == side for index, ended in enumerate(self._ended))
        self._tell(bool(side), b"", "end")

    def _tell(
        self, outward: bool, data: bytes, step: Step | None = None, peer: Address | None = None
    ) -> None:
        try:
            client = self._peer or peer or self.getpeername()
            server = self.getsockname()
        except OSError:  # whom it went to cannot be told any more
            return
        if step is None:
            step = "datagram" if self.type == socket.SOCK_DGRAM else "data"
        self.recorder.record(client, server, outward, data, step)
