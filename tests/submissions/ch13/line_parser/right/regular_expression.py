import re


class LineParser:
    def __init__(self, max_len):
        self.rest, self.max_len = b"", max_len

    def feed(self, data):
        self.rest += data
        found = list(re.finditer(rb"(?s)(.*?)\r?\n", self.rest))
        lines = [match[1] for match in found]
        self.rest = self.rest[found[-1].end() :] if found else self.rest
        if max([len(self.rest) - 1, *map(len, lines)]) > self.max_len:
            raise FrameError("a line is too long")
        return lines
