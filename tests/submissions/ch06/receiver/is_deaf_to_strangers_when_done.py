# misconception: none
# The file is complete; who sends now, and what, is asked no more.
class Receiver:
    """The receiving side of one TFTP transfer, without sockets or clocks."""

    def __init__(self, request: bytes, server: Address, expected: int = 1):
        """request: what asks. server: whom it asks. expected: number of the first block due."""
        self.request, self.server, self.expected = request, server, expected
        self.data, self.done, self.error, self.progress, self.tid = b"", False, None, 0, None

    def start(self) -> list:
        """Return the replies that begin the transfer."""
        return [(self.request, self.server)]

    def on_timeout(self) -> list:
        """Return what to send again after silence."""
        if self.done or self.error:
            return []
        if self.tid is None:
            return self.start()
        return [(build_ack((self.expected - 1) % 65536), self.tid)]

    def feed(self, packet: bytes, address: Address) -> list:
        """Return the replies to a packet that came from address."""
        try:
            kind, *fields = parse(packet)
        except ValueError:
            return []
        if self.done and (kind, address) != ("DATA", self.tid):
            return []
        known = address[0] == self.server[0] if self.tid is None else address == self.tid
        if not known:
            return [] if kind == "ERROR" else [(STRANGER, address)]
        if kind == "ERROR":
            self.error = tuple(fields)
        if kind != "DATA" or self.error:
            return []
        block, payload = fields
        if block == self.expected and not self.done:
            self.tid = address
            self.data += payload
            self.progress += 1
            self.expected = (block + 1) % 65536
            self.done = len(payload) < 512
        elif self.tid is None or block != (self.expected - 1) % 65536:
            return []
        return [(build_ack(block), address)]
