# misconception: STR-23, STR-01, STR-41
# What has no end yet is returned as a line, and stays; empty lines are taken for that.
class LineParser:
    def __init__(self, max_len):
        self.max_len = max_len
        self.buffer = b""

    def feed(self, data):
        self.buffer += data
        found = []
        lines = self.buffer.split(b"\n")
        for line in lines:
            if len(line) > self.max_len:
                raise FrameError("line too long")
            if line:
                found.append(line.replace(b"\r", b""))
        self.buffer = lines[-1]
        return found
