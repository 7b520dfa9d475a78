class FrameParser:
    def __init__(self, limit: int = 1 << 20):
        self._limit = limit
        self._stream = b""

    def feed(self, data):
        stream, at, out = self._stream + data, 0, []
        while True:
            header = stream[at : at + 4]
            if len(header) < 4:
                break
            end = at + 4 + struct.unpack(">I", header)[0]
            if end - at - 4 > self._limit:
                raise FrameError(f"announced {end - at - 4} bytes")
            if end > len(stream):
                break
            out.append(stream[at + 4 : end])
            at = end
        self._stream = stream[at:]
        return out

    def close(self):
        if len(self._stream) != 0:
            raise EOFError(self._stream)
