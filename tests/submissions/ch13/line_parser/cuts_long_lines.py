# misconception: STR-25
class LineParser:
    def __init__(self, max_len):
        self.max_len, self.buffer = max_len, b""

    def feed(self, data):
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        return [line.removesuffix(b"\r")[: self.max_len] for line in lines]
