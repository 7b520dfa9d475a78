# misconception: STR-25
class FrameParser:
    def __init__(self, limit=1 << 20):
        self.limit, self.buffer = limit, b""

    def feed(self, data):
        self.buffer += data
        payloads = []
        while len(self.buffer) >= 4:
            payload = bytearray(struct.unpack("!I", self.buffer[:4])[0])
            if len(payload) > self.limit:
                raise FrameError(len(payload))
            if len(self.buffer) < 4 + len(payload):
                break
            payload[:] = self.buffer[4 : 4 + len(payload)]
            self.buffer = self.buffer[4 + len(payload) :]
            payloads.append(bytes(payload))
        return payloads

    def close(self):
        if self.buffer:
            raise EOFError
