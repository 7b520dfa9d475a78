class EchoClient:
    """One client of an echo server; it never waits. Attribute: sock."""

    def __init__(self, sock):
        self.sock = sock
        self._out = OutBuffer()
        self._finished = False  # the client will send no more
        self._broken = False

    def wants(self):
        if self.done():
            return False, False
        owed = self._out.pending()
        return not self._finished and owed < HIGH_WATER, owed > 0

    def on_readable(self):
        if not self.wants()[0]:
            return
        try:
            data = try_recv(self.sock, 65536)
        except OSError:
            self._broken = True
            return
        if data is None:
            return
        if data:
            self._out.push(data)
        else:
            self._finished = True

    def on_writable(self):
        if not self.wants()[1]:
            return
        try:
            self._out.flush(self.sock)
        except OSError:
            self._broken = True

    def done(self):
        return self._broken or (self._finished and not self._out.pending())
