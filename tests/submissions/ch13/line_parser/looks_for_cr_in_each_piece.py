# misconception: STR-01, STR-41, STR-46
class LineParser:
    def __init__(self, max_len):
        self.max_len, self.buffer = max_len, b""

    def feed(self, data):
        data = data.replace(b"\r\n", b"\n")  # a piece may begin with the LF
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        if any(len(line) > self.max_len for line in lines) or len(self.buffer) > self.max_len + 1:
            raise FrameError
        return lines
