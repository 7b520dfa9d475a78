# misconception: STR-45
class FrameParser:
    def __init__(self, limit=1 << 20):
        self.limit, self.buffer = limit, b""

    def feed(self, data):
        self.buffer += data
        if len(self.buffer) < 4:
            return []
        (size,) = struct.unpack("!I", self.buffer[:4])
        if size > self.limit:
            raise FrameError(size)
        if len(self.buffer) < 4 + size:
            return []
        payload, self.buffer = self.buffer[4 : 4 + size], self.buffer[4 + size :]
        return [payload]

    def close(self):
        if self.buffer:
            raise EOFError
