# misconception: TFT-01
# Compares addresses only when there is one to compare with.
class Receiver:
    """The receiving side of one TFTP transfer, without sockets or clocks."""

    def __init__(self, request: bytes, server: Address, expected: int = 1):
        """request: what asks. server: whom it asks. expected: number of the first block due."""
        self.payloads: list[bytes] = []
        self.request = request
        self.server = server
        self.expected = expected
        self.done = False
        self.error = None
        self.progress = 0
        self.tid = None
        self.last = None

    @property
    def data(self) -> bytes:
        """The bytes received so far."""
        return b"".join(self.payloads)

    def start(self) -> list:
        """Return the replies that begin the transfer."""
        return [(self.request, self.server)]

    def on_timeout(self) -> list:
        """Return what to send again after silence."""
        if self.done or self.error:
            return []
        if self.last is None:
            return self.start()
        return [(build_ack(self.last), self.tid)]

    def feed(self, packet: bytes, address: Address) -> list:
        """Return the replies to a packet that came from address."""
        try:
            said = parse(packet)
        except ValueError:
            return []
        if self.tid is None:
            stranger = False
        else:
            stranger = address != self.tid
        if stranger:
            return [] if said[0] == "ERROR" else [(STRANGER, address)]
        if self.error:
            return []
        if said[0] == "ERROR":
            self.error = said[1:]
            return []
        if said[0] != "DATA":
            return []
        _, block, payload = said
        if block == self.expected and not self.done:
            self.tid = address
            self.payloads.append(payload)
            self.progress += 1
            self.last = block
            self.expected = (block + 1) % 65536
            self.done = len(payload) < 512
            return [(build_ack(block), address)]
        if block == self.last:
            return [(build_ack(block), address)]
        return []
