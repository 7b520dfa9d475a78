# misconception: STR-45
class LineParser:
    def __init__(self, max_len):
        self.max_len, self.buffer = max_len, b""

    def feed(self, data):
        self.buffer += data
        line, end, rest = self.buffer.partition(b"\n")
        line = line.removesuffix(b"\r") if end else line
        if len(line) > self.max_len + (not end):
            raise FrameError
        if not end:
            return []
        self.buffer = rest
        return [line]
