# misconception: STR-44
# Where anything is in the buffer, it is taken for a whole header.
class FrameParser:
    def __init__(self, limit=1 << 20):
        self.limit = limit
        self.buffer = b""

    def feed(self, data):
        self.buffer += data
        frames = []
        while self.buffer:
            size = struct.unpack("!I", self.buffer[:4])[0]
            if size > self.limit:
                raise FrameError("too long")
            if len(self.buffer) < 4 + size:
                break
            frames.append(self.buffer[4 : 4 + size])
            self.buffer = self.buffer[4 + size :]
        return frames

    def close(self):
        if self.buffer:
            raise EOFError("inside a frame")
