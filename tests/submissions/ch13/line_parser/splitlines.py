# misconception: STR-41
class LineParser:
    def __init__(self, max_len):
        self.max_len, self.buffer = max_len, b""

    def feed(self, data):
        self.buffer += data
        lines = self.buffer.splitlines(keepends=True)
        self.buffer = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        lines = [line.removesuffix(b"\n").removesuffix(b"\r") for line in lines]
        if any(len(line) > self.max_len for line in lines) or len(self.buffer) > self.max_len + 1:
            raise FrameError
        return lines
