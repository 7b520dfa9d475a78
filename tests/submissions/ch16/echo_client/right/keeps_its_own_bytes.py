class EchoClient:
    def __init__(self, sock):
        self.sock = sock
        sock.setblocking(False)
        self.owed = b""
        self.state = "open"

    def wants(self):
        if self.done():
            return (False, False)
        return (self.state == "open" and len(self.owed) < HIGH_WATER, bool(self.owed))

    def on_readable(self):
        try:
            data = self.sock.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            self.state = "broken"
            return
        if data == b"":
            self.state = "finished"
        self.owed += data

    def on_writable(self):
        try:
            self.owed = self.owed[self.sock.send(self.owed) :]
        except BlockingIOError:
            pass
        except OSError:
            self.state = "broken"

    def done(self):
        return self.state == "broken" or self.state == "finished" and not self.owed
