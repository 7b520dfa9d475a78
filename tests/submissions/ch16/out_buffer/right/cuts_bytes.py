class OutBuffer:
    def __init__(self):
        self.rest = b""

    def push(self, data):
        self.rest = self.rest + data

    def pending(self):
        return len(self.rest)

    def flush(self, sock):
        while self.rest:
            try:
                self.rest = self.rest[sock.send(self.rest, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                break
        return not self.rest
