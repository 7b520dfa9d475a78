# right: by index
class Sender:
    """Cuts the data itself and keeps an offset; after an error everything is silent."""

    def __init__(self, data: bytes, peer, request=None, first=1):
        self.data, self.peer, self.request, self.first = memoryview(data), peer, request, first
        self.index = -1 if request else 0
        self.tid = None if request else peer
        self.error = None

    @property
    def done(self):
        return self.index > len(self.data) // 512

    @property
    def progress(self):
        return self.index + (1 if self.request else 0)

    def _packet(self):
        if self.index < 0:
            return self.request
        start = self.index * 512
        number = (self.first + self.index) & 0xFFFF
        return struct.pack("!HH", 3, number) + bytes(self.data[start : start + 512])

    def start(self):
        return [(self._packet(), self.peer)]

    def on_timeout(self):
        if self.done or self.error:
            return list()
        return [(self._packet(), self.tid if self.tid else self.peer)]

    def feed(self, packet, address):
        try:
            said = parse(packet)
        except ValueError:
            return []
        stranger = address[0] != self.peer[0] or (self.tid and address != self.tid)
        if stranger:
            return [] if said[0] == "ERROR" else [(STRANGER, address)]
        if self.error or self.done:
            return []
        if said[0] == "ERROR":
            self.error = said[1:]
            return []
        expected = 0 if self.index < 0 else (self.first + self.index) % 65536
        if said == ("ACK", expected):
            self.tid = address
            self.index += 1
            return self.on_timeout()
        return []
