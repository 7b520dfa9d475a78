# misconception: STR-01
class LineParser:
    def __init__(self, max_len):
        self.max_len = max_len

    def feed(self, data):
        lines = [line.removesuffix(b"\r") for line in data.split(b"\n")]
        if lines and not lines[-1]:
            lines.pop()
        if any(len(line) > self.max_len for line in lines):
            raise FrameError
        return lines
