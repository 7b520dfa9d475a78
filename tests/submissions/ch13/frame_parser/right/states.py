class FrameParser:
    def __init__(self, limit=1 << 20):
        self.limit = limit
        self.missing, self.size, self.pieces = 4, None, []

    def feed(self, data):
        frames, data = [], memoryview(data)
        while len(data) >= self.missing:
            self.pieces.append(bytes(data[: self.missing]))
            data = data[self.missing :]
            whole = b"".join(self.pieces)
            self.pieces = []
            if self.size is None:
                self.size = self.missing = int.from_bytes(whole, "big")
                if self.size > self.limit:
                    raise FrameError(f"{self.size} > {self.limit}")
            else:
                frames.append(whole)
                self.size, self.missing = None, 4
        if data:
            self.pieces.append(bytes(data))
            self.missing -= len(data)
        return frames

    def close(self):
        if self.pieces or self.size is not None:
            raise EOFError("inside a frame")
