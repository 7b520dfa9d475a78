# misconception: CON-10
class FrameParser:
    buffer = bytearray()

    def __init__(self, limit=1 << 20):
        self.limit = limit

    def feed(self, data):
        self.buffer.extend(data)
        payloads = []
        while len(self.buffer) >= 4:
            (size,) = struct.unpack("!I", self.buffer[:4])
            if size > self.limit:
                raise FrameError(size)
            if len(self.buffer) < 4 + size:
                break
            payloads.append(bytes(self.buffer[4 : 4 + size]))
            del self.buffer[: 4 + size]
        return payloads

    def close(self):
        if self.buffer:
            raise EOFError
