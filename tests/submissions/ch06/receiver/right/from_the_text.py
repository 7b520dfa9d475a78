# right: written from the chapter's text alone, with care
class Receiver:
    """The receiving side of one TFTP transfer, without sockets or clocks."""

    def __init__(self, request: bytes, server: Address, expected: int = 1):
        """request: what asks. server: whom it asks. expected: number of the first block due."""
        self.payloads: list[bytes] = []
        self.request = request
        self.server = server
        self.expected = expected
        self.done = False
        self.error: tuple[int, str] | None = None
        self.progress = 0
        self.tid: Address | None = None
        self._taken: int | None = None  # the number of the block taken last

    @property
    def data(self) -> bytes:
        """The bytes received so far."""
        return b"".join(self.payloads)

    def start(self) -> list:
        """Return the replies that begin the transfer."""
        return [(self.request, self.server)]

    def on_timeout(self) -> list:
        """Return what to send again after silence."""
        if self.done or self.error is not None:
            return []
        if self._taken is None:
            return self.start()
        return [(build_ack(self._taken), self.tid)]

    def _is_server(self, address: Address) -> bool:
        """Say whether address is the server: any port of its host, later the TID alone."""
        if self.tid is None:
            return address[0] == self.server[0]
        return address == self.tid

    def feed(self, packet: bytes, address: Address) -> list:
        """Return the replies to a packet that came from address."""
        # Can it be read?
        try:
            kind, *fields = parse(packet)
        except ValueError:
            return []
        # Who sent it? (Never answer an ERROR with an ERROR.)
        if not self._is_server(address):
            return [] if kind == "ERROR" else [(STRANGER, address)]
        if self.error is not None:
            return []
        # What is it?
        if kind == "ERROR":
            if not self.done:
                self.error = (fields[0], fields[1])
            return []
        if kind != "DATA":
            return []
        # Which number?
        block, payload = fields
        if block == self._taken:
            return [(build_ack(block), address)]
        if block != self.expected or self.done:
            return []
        self.tid = address
        self.payloads.append(payload)
        self.progress += 1
        self._taken = block
        self.expected = (block + 1) % 65536
        self.done = len(payload) < 512
        return [(build_ack(block), address)]
