# misconception: none
class OutBuffer:
    """The bytes that one peer has still to get."""

    def __init__(self) -> None:
        self._owed = bytearray()

    def push(self, data: bytes) -> None:
        self._owed += data
        if hasattr(self, "sock"):
            self.flush(self.sock)

    def pending(self) -> int:
        return len(self._owed)

    def flush(self, sock: socket.socket) -> bool:
        self.sock = sock
        sock.setblocking(False)
        try:
            while self._owed:
                sent = sock.send(self._owed)
                del self._owed[:sent]
        except BlockingIOError:
            return False
        return True
