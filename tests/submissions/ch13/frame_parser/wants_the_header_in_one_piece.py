# misconception: STR-44
class FrameParser:
    def __init__(self, limit=1 << 20):
        self.limit, self.missing, self.payload = limit, None, b""

    def feed(self, data):
        payloads = []
        while data or self.missing == 0:
            if self.missing is None:
                (self.missing,) = struct.unpack("!I", data[:4])
                data = data[4:]
                if self.missing > self.limit:
                    raise FrameError(self.missing)
            piece, data = data[: self.missing], data[self.missing :]
            self.payload += piece
            self.missing -= len(piece)
            if self.missing:
                break
            payloads.append(self.payload)
            self.missing, self.payload = None, b""
        return payloads

    def close(self):
        if self.missing is not None:
            raise EOFError
