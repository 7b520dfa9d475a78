import enum


class State(enum.Enum):
    READING, ENDING, OVER = range(3)


class EchoClient:
    def __init__(self, sock):
        self.sock, self.out, self.state = sock, OutBuffer(), State.READING

    def wants(self):
        reads = self.state is State.READING and self.out.pending() < HIGH_WATER
        return reads, self.state is not State.OVER and self.out.pending() > 0

    def on_readable(self):
        if self.state is State.READING:
            self._guarded(self._take)

    def on_writable(self):
        if self.state is not State.OVER:
            self._guarded(lambda: self.out.flush(self.sock))

    def done(self):
        return self.state is State.OVER

    def _take(self):
        data = try_recv(self.sock, 65536)
        if data is not None:
            self.out.push(data)
            if not data:
                self.state = State.ENDING

    def _guarded(self, step):
        try:
            step()
        except OSError:
            self.state = State.OVER
        if self.state is State.ENDING and not self.out.pending():
            self.state = State.OVER
