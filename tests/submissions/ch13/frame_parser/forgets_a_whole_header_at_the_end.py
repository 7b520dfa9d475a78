# misconception: STR-24
class FrameParser:
    def __init__(self, limit=1 << 20):
        self.limit, self.size, self.buffer = limit, None, b""

    def feed(self, data):
        self.buffer += data
        payloads = []
        while True:
            if self.size is None:
                if len(self.buffer) < 4:
                    return payloads
                self.size = int.from_bytes(self.buffer[:4], "big")
                self.buffer = self.buffer[4:]
                if self.size > self.limit:
                    raise FrameError(self.size)
            if len(self.buffer) < self.size:
                return payloads
            payloads.append(self.buffer[: self.size])
            self.buffer, self.size = self.buffer[self.size :], None

    def close(self):
        if self.buffer:  # empty, too, where a header has just been read
            raise EOFError
