# misconception: none
# A slice of a bytearray is one.
class FrameParser:
    def __init__(self, limit=1 << 20):
        self.limit, self.buffer = limit, bytearray()

    def feed(self, data):
        self.buffer += data
        out = []
        while len(self.buffer) >= 4:
            size = int.from_bytes(self.buffer[:4], "big")
            if size > self.limit:
                raise FrameError(size)
            if len(self.buffer) < 4 + size:
                break
            out.append(self.buffer[4 : 4 + size])
            del self.buffer[: 4 + size]
        return out

    def close(self):
        if self.buffer:
            raise EOFError
