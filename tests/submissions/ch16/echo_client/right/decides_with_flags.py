class EchoClient:
    def __init__(self, sock):
        self.sock = sock
        self.buffer = OutBuffer()
        self.reading = self.alive = True

    def wants(self):
        owed = self.buffer.pending()
        if not self.alive:
            return False, False
        return self.reading and owed < HIGH_WATER, owed != 0

    def on_readable(self):
        try:
            self._got(try_recv(self.sock, 65536))
        except OSError:
            self.alive = False

    def _got(self, data):
        if data is None:
            return
        self.reading = len(data) > 0
        self.buffer.push(data)

    def on_writable(self):
        try:
            self.buffer.flush(self.sock)
        except OSError:
            self.alive = False

    def done(self):
        return not self.alive or (not self.reading and self.buffer.pending() == 0)
