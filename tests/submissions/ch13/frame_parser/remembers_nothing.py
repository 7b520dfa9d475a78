# misconception: STR-01, STR-24
class FrameParser:
    def __init__(self, limit=1 << 20):
        self.limit = limit

    def feed(self, data):
        payloads = []
        while len(data) >= 4:
            (size,) = struct.unpack("!I", data[:4])
            if size > self.limit:
                raise FrameError(size)
            if len(data) < 4 + size:
                break
            payloads.append(data[4 : 4 + size])
            data = data[4 + size :]
        return payloads

    def close(self):
        pass
