class LineParser:
    def __init__(self, max_len):
        self.max_len, self.line = max_len, bytearray()

    def feed(self, data):
        lines = []
        for byte in data:
            if byte == 10:
                if self.line[-1:] == b"\r":
                    self.line.pop()
                self._short()
                lines.append(bytes(self.line))
                self.line.clear()
            else:
                if self.line[-1:] == b"\r":
                    self._short()
                self.line.append(byte)
                if byte != 13:
                    self._short()
        return lines

    def _short(self):
        if len(self.line) > self.max_len:
            raise FrameError(f"more than {self.max_len} bytes")
