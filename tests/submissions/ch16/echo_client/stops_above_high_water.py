# misconception: none
class EchoClient:
    """One client of an echo server; it never waits. Attribute: sock."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._owed = OutBuffer()
        self._finished = self._broken = False

    def wants(self) -> tuple[bool, bool]:
        if self.done():
            return False, False
        owed = self._owed.pending()
        return not self._finished and owed <= HIGH_WATER, owed > 0

    def on_readable(self) -> None:
        try:
            data = try_recv(self.sock, 65536)
        except OSError:
            self._broken = True
            return
        if data:
            self._owed.push(data)
        elif data is not None:
            self._finished = True

    def on_writable(self) -> None:
        try:
            self._owed.flush(self.sock)
        except OSError:
            self._broken = True

    def done(self) -> bool:
        return self._broken or (self._finished and not self._owed.pending())
