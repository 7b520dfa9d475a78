# misconception: TXT-02
class LineParser:
    def __init__(self, max_len):
        self.max_len, self.buffer = max_len, ""

    def feed(self, data):
        *lines, self.buffer = (self.buffer + data.decode()).split("\n")
        lines = [line.removesuffix("\r").encode() for line in lines]
        if any(len(line) > self.max_len for line in lines) or len(self.buffer) > self.max_len + 1:
            raise FrameError
        return lines
