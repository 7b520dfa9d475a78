# right: written from the chapter's text alone, with care
class Sender:
    """The sending side of one TFTP transfer (RFC 1350): packets in, replies out."""

    def __init__(self, data: bytes, peer: Address, request: bytes | None = None, first: int = 1):
        self.peer = peer
        self.tid = peer if request is None else None
        self.done, self.error, self.progress = False, None, 0
        self._left = iter(blocks(data, first))
        if request is None:
            self._load()
        else:
            self._number, self._packet = 0, request
        self._first_packet = self._packet

    def _load(self) -> bool:
        """Make the next block the outstanding packet; return False if there is none left."""
        due = next(self._left, None)
        if due is None:
            return False
        number, payload = due
        self._number, self._packet = number, struct.pack("!HH", DATA, number) + payload
        return True

    def start(self) -> list:
        """Return [(the first packet, peer)]."""
        return [(self._first_packet, self.peer)]

    def on_timeout(self) -> list:
        """Return the packet that is not yet acknowledged, again; [] once done or in error."""
        if self.done or self.error is not None:
            return []
        return [(self._packet, self.peer if self.tid is None else self.tid)]

    def feed(self, packet: bytes, address: Address) -> list:
        """Return the replies, as (packet, address), to a packet that came from address."""
        try:
            kind, *said = parse(packet)
        except ValueError:
            return []
        if self.tid is None:
            stranger = address[0] != self.peer[0]  # any port of the peer's host will do
        else:
            stranger = address != self.tid
        if stranger:
            return [] if kind == "ERROR" else [(STRANGER, address)]
        if self.done or self.error is not None:
            return []  # above all: the last ACK, when it comes again
        if kind == "ERROR":
            self.error = tuple(said)
            return []
        if kind != "ACK" or said[0] != self._number:
            return []  # never answer an ACK twice (RFC 1123, section 4.2.3.1)
        self.tid = address
        self.progress += 1
        self.done = not self._load()
        return [] if self.done else [(self._packet, address)]
