# misconception: TFT-15
# A number behind an opcode that nobody has defined moves it on.
class Sender:
    """The sending side of one TFTP transfer (RFC 1350): packets in, replies out."""

    def __init__(self, data: bytes, peer: Address, request: bytes | None = None, first: int = 1):
        self.packets = [
            (number, struct.pack("!HH", DATA, number) + payload)
            for number, payload in blocks(data, first)
        ]
        if request is not None:
            self.packets.insert(0, (0, request))
        self.peer, self.tid = peer, None if request else peer
        self.done, self.error, self.progress = False, None, 0

    def start(self) -> list:
        """Return [(the first packet, peer)]."""
        return [(self.packets[0][1], self.peer)]

    def on_timeout(self) -> list:
        """Return the packet that is not yet acknowledged, again; [] once done or in error."""
        if self.done or self.error:
            return []
        return [(self.packets[self.progress][1], self.tid or self.peer)]

    def feed(self, packet: bytes, address: Address) -> list:
        """Return the replies, as (packet, address), to a packet that came from address."""
        if len(packet) < 4:
            return []
        try:
            kind, *said = parse(packet)
        except ValueError:
            kind, said = "ACK", [int.from_bytes(packet[2:4], "big")]
        if address != (self.tid or (self.peer[0], address[1])):
            return [] if kind == "ERROR" else [(STRANGER, address)]
        if kind == "ERROR":
            self.error = tuple(said)
        if kind != "ACK" or self.done or self.error:
            return []
        if said[0] != self.packets[self.progress][0]:
            return []
        self.tid = address
        self.progress += 1
        self.done = self.progress == len(self.packets)
        return [] if self.done else self.on_timeout()
