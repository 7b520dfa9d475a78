# misconception: STR-46
# A CR whose LF has not come yet is counted as content.
class LineParser:
    def __init__(self, max_len):
        self.max_len = max_len
        self.buffer = b""

    def feed(self, data):
        self.buffer += data
        lines = []
        while b"\n" in self.buffer:
            line, self.buffer = self.buffer.split(b"\n", 1)
            line = line.removesuffix(b"\r")
            if len(line) > self.max_len:
                raise FrameError("line too long")
            lines.append(line)
        if len(self.buffer) > self.max_len:
            raise FrameError("line too long")
        return lines
