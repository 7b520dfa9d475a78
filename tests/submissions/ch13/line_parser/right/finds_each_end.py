class LineParser:
    def __init__(self, max_len):
        self.max_len, self.buffer = max_len, bytearray()

    def feed(self, data):
        self.buffer += data
        lines = []
        while (end := self.buffer.find(b"\n")) >= 0:
            line = bytes(self.buffer[:end])
            del self.buffer[: end + 1]
            if line.endswith(b"\r"):
                line = line[:-1]
            if len(line) > self.max_len:
                raise FrameError(line[:20])
            lines.append(line)
        if len(self.buffer) >= self.max_len + 2:
            raise FrameError("no end in sight")
        return lines
