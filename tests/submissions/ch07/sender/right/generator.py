# right: generator
class Sender:
    def __init__(self, data, peer, request=None, first=1):
        self.error = None
        self.progress = 0
        self.done = False
        self.peer = peer
        self.tid = peer if request is None else None
        self._request = request
        self._run = self._play(data, first)
        self._out = next(self._run)

    def _play(self, data, first):
        if self._request is not None:
            while (yield self._request) != 0:
                raise AssertionError
        for n, payload in blocks(data, first):
            yield b"\0\3" + n.to_bytes(2, "big") + payload

    def start(self):
        return [(self._out, self.peer)]

    def on_timeout(self):
        if self.done or self.error is not None:
            return []
        return [(self._out, self.peer if self.tid is None else self.tid)]

    def feed(self, packet, address):
        if len(packet) < 4 or packet[0] or packet[1] not in (3, 4, 5, 6):
            return []
        op, n = packet[1], packet[2] * 256 + packet[3]
        host, port = address
        if host != self.peer[0] or (self.tid is not None and address != self.tid):
            return [] if op == 5 else [(error_packet(5, "who are you?"), address)]
        if op == 5:
            self.error = (n, packet[4:].partition(b"\0")[0].decode("latin-1"))
            return []
        if self.done or op != 4:
            return []
        waiting = 0 if self._out == self._request else self._out[2] * 256 + self._out[3]
        if n != waiting:
            return []
        self.tid = tuple(address)
        self.progress += 1
        try:
            self._out = self._run.send(0)
        except StopIteration:
            self.done = True
            return []
        return [(self._out, self.tid)]
