# misconception: EPL-13
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
            sock.send(self._owed)
            self._owed.clear()
        except BlockingIOError:
            return False
        return True
