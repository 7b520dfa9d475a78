# misconception: none
# The limit is compared with the whole buffer: ends of lines, and several lines, count together.
class LineParser:
    def __init__(self, max_len):
        self.max_len = max_len
        self.buffer = b""

    def feed(self, data):
        self.buffer += data
        if len(self.buffer) > self.max_len:
            raise FrameError("line too long")
        lines = []
        while b"\n" in self.buffer:
            line, self.buffer = self.buffer.split(b"\n", 1)
            lines.append(line.removesuffix(b"\r"))
        return lines
