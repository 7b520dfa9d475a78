# misconception: MUX-02
class OutBuffer:
    """The bytes that one peer has still to get."""

    def __init__(self) -> None:
        self._owed = bytearray()

    def push(self, data: bytes) -> None:
        self._owed += data

    def pending(self) -> int:
        return len(self._owed)

    def flush(self, sock: socket.socket) -> bool:
        sock.setblocking(False)
        try:
            while self._owed:
                sent = sock.send(self._owed)
                del self._owed[:sent]
        except OSError:
            return False
        return True
