# misconception: STR-25
class FrameParser:
    def __init__(self, limit=1 << 20):
        self.limit, self.buffer = limit, b""

    def feed(self, data):
        self.buffer += data
        payloads = []
        while len(self.buffer) >= 4:
            (size,) = struct.unpack("!I", self.buffer[:4])
            if len(self.buffer) < 4 + size:
                break
            if size > self.limit:
                raise FrameError(size)
            payloads.append(self.buffer[4 : 4 + size])
            self.buffer = self.buffer[4 + size :]
        return payloads

    def close(self):
        if self.buffer:
            raise EOFError
