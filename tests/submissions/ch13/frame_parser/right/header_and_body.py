class FrameParser:
    def __init__(self, limit=1 << 20):
        self.limit, self.rest = limit, b""

    def feed(self, data):
        stream, self.rest = self.rest + data, b""
        header, body = stream[:4], stream[4:]
        size = int.from_bytes(header, "big")
        if len(header) == 4 and size > self.limit:
            raise FrameError(size)
        payloads = []
        while len(header) == 4 and len(body) >= size <= self.limit:
            payloads.append(body[:size])
            header, body = body[size : size + 4], body[size + 4 :]
            size = int.from_bytes(header, "big")
        if len(header) == 4 and size > self.limit:
            raise FrameError(size)
        self.rest = header + body
        return payloads

    def close(self):
        if self.rest:
            raise EOFError(self.rest)
