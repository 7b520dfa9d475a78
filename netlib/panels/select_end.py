"""Four clients of a server that a panel serves: each can send, read, finish and reset.

Nothing here ever waits: the reader's clicks come in a thread that the whole notebook needs.
"""

import socket
import struct
from collections.abc import Callable

__all__ = ["ACTIONS", "Client"]

LINE, MUCH = b"hi\n", 65_536  # what is sent, and how many bytes
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close() sends an RST
_AT_ONCE = 1 << 20  # bytes


class Client:
    """One client; it connects anew when it is to do something and has no connection.

    Attributes:
        port: its own, by which a server knows it; 0: it never had one.
        sent, read: bytes of this connection.
        finished, ended: it has ended its direction; it has read the end of the server's.
    """

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._sock: socket.socket | None = None
        self.port = 0
        self._connect()

    @property
    def gone(self) -> bool:
        """Whether it has no connection (any more)."""
        return self._sock is None

    def _connect(self) -> None:
        self.sent = self.read = 0
        self.finished = self.ended = False
        sock = socket.socket()
        try:
            sock.connect(self._address)  # on loopback the kernel answers at once
            sock.setblocking(False)
            self.port = sock.getsockname()[1]
            self._sock = sock
        except OSError:
            sock.close()

    def does(self, action: str) -> None:
        """Do one of the ACTIONS."""
        if self.gone:
            self._connect()
        try:
            ACTIONS[action](self)
        except BlockingIOError:  # nothing has come, or nothing fits
            pass
        except OSError:  # the server has reset it, or ended
            self.close()

    def says(self) -> None:
        """Send a line."""
        self._send(LINE)

    def says_much(self) -> None:
        """Send 64 kB, or what fits of them."""
        self._send(bytes(MUCH))

    def _send(self, data: bytes) -> None:
        if self._sock is not None:
            self.sent += self._sock.send(data)

    def reads(self) -> None:
        """Read all that has come."""
        while self._sock is not None and not self.ended:
            data = self._sock.recv(_AT_ONCE)
            self.read += len(data)
            self.ended = not data
        if self.finished and self.ended:
            self.close()

    def finishes(self) -> None:
        """End this direction (FIN)."""
        if self._sock is not None:
            self._sock.shutdown(socket.SHUT_WR)
            self.finished = True

    def resets(self) -> None:
        """Reset the connection (RST)."""
        if self._sock is not None:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.close()

    def close(self) -> None:
        """Have no connection any more."""
        if self._sock is not None:
            self._sock.close()
            self._sock = None


ACTIONS: dict[str, Callable[[Client], None]] = {
    "a line": Client.says,
    "64 kB": Client.says_much,
    "read all": Client.reads,
    "finish": Client.finishes,
    "reset": Client.resets,
}
"""What a client can be told to do."""
