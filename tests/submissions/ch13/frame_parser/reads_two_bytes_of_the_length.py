# misconception: none
# Lengths of 65,536 and more are read as others; and exactly limit is taken for too much.
class FrameParser:
    def __init__(self, limit=1 << 20):
        self.limit = limit
        self.buffer = b""

    def feed(self, data):
        self.buffer += data
        found = []
        while len(self.buffer) >= 4:
            size = self.buffer[3] + self.buffer[2] * 256
            if size >= self.limit:
                raise FrameError("too long")
            if len(self.buffer) < 4 + size:
                break
            found.append(self.buffer[4 : 4 + size])
            self.buffer = self.buffer[4 + size :]
        return found

    def close(self):
        if self.buffer:
            raise EOFError(self.buffer)
