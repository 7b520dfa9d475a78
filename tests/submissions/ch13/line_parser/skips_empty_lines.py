# misconception: STR-23
class LineParser:
    def __init__(self, max_len):
        self.max_len, self.buffer = max_len, b""

    def feed(self, data):
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        lines = [line.removesuffix(b"\r") for line in lines]
        if any(len(line) > self.max_len for line in lines) or len(self.buffer) > self.max_len + 1:
            raise FrameError
        return [line for line in lines if line]
