# misconception: none
# Knows the port, and has nothing more to say to anybody.
class Sender:
    """The sending side of one TFTP transfer (RFC 1350): packets in, replies out."""

    def __init__(self, data: bytes, peer: Address, request: bytes | None = None, first: int = 1):
        self.peer = peer
        self.blocks = iter(blocks(data, first))
        self.done = False
        self.error = None
        self.progress = 0
        if request:
            self.tid = None
            self.number = 0
            self.last = [(request, peer)]
        else:
            self.tid = peer
            self.last = self.next_block(peer)

    def next_block(self, address):
        self.number, payload = next(self.blocks)
        return [(struct.pack("!HH", DATA, self.number) + payload, address)]

    def start(self) -> list:
        """Return [(the first packet, peer)]."""
        return self.last

    def on_timeout(self) -> list:
        """Return the packet that is not yet acknowledged, again; [] once done or in error."""
        if self.done or self.error:
            return []
        return self.last

    def feed(self, packet: bytes, address: Address) -> list:
        """Return the replies, as (packet, address), to a packet that came from address."""
        try:
            said = parse(packet)
        except ValueError:
            return []
        if self.tid is None:
            stranger = address[0] != self.peer[0]
        else:
            stranger = address != self.tid
        if self.done:
            return []
        if stranger:
            return [] if said[0] == "ERROR" else [(STRANGER, address)]
        if said[0] == "ERROR":
            self.error = said[1:]
            return []
        if said[0] != "ACK" or said[1] != self.number or self.done or self.error:
            return []
        self.tid = address
        self.progress += 1
        try:
            self.last = self.next_block(address)
        except StopIteration:
            self.done = True
            return []
        return self.last
