class OutBuffer:
    def __init__(self):
        self.data = bytearray()

    def push(self, data):
        self.data.extend(data)

    def pending(self):
        return len(self.data)

    def flush(self, sock):
        sock.setblocking(False)
        while self.data and select.select([], [sock], [], 0)[1]:
            try:
                sent = sock.send(self.data)
            except BlockingIOError:
                return False
            self.data = self.data[sent:]
        return len(self.data) == 0
