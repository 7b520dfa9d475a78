"""A trace as IP packets: the headers, handshakes and acknowledgements that its bytes had.

Made up, but right: checksums, sequence numbers and lengths are those that a network would
have carried, so that Wireshark follows every stream. There is no link layer, and no
packet is ever resent: a lost one stands where it was lost, and its comment says so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from netlib.dissect.ipv4 import DONT_FRAGMENT, TCP_PROTOCOL, UDP_PROTOCOL, IPv4
from netlib.dissect.ipv6 import IPv6
from netlib.dissect.tcp import ACK, FIN, PSH, RST, SYN, TCP
from netlib.dissect.udp import UDP
from netlib.pcapng import RAW, Packet
from netlib.trace.events import Address, Event, Message, Note

__all__ = ["packets"]

_SEGMENT = 32_768  # bytes; two of them fit into a window that is not scaled
_FIRST_PORT = 49_152  # RFC 6335, 6: the dynamic ports
_COMMENTS = {
    "delivered": "",
    "lost": "lost: it never arrived",
    "duplicate": "duplicate: the network delivered it once more",
    "late": "late: one that was sent afterwards arrived first",
    "truncated": "truncated: the network cut off its end",
    "corrupted": "corrupted: the network changed its bytes",
    "forged": "forged: the network made it up, no endpoint sent it",
}


def packets(events: Iterable[Event]) -> Iterator[Packet]:
    """Yield the packets of a trace, in its order; a Note becomes a comment on the one before.

    Raises:
        ValueError: a message that no datagram can carry, or addresses of two IP versions.
    """
    held: list[Packet] = []  # the packet before, which a note may still comment
    maker = _Maker()
    for event in events:
        if isinstance(event, Note):
            if held:
                said = filter(None, (held[0].comment, f"{event.at}: {event.text}"))
                held[0] = Packet(held[0].time_ns, held[0].data, RAW, comment="; ".join(said))
            continue
        for packet in maker.packets(event):
            yield from held
            held = [packet]
    yield from held


@dataclass(slots=True)
class _Connection:
    """Sequence numbers of one TCP connection: the next byte that each side will send."""

    next: dict[Address, int]
    ended: set[Address] = field(default_factory=set)


class _Maker:
    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.connections: dict[frozenset[Address], _Connection] = {}
        self.opened = self.identification = 0

    def packets(self, message: Message) -> Iterator[Packet]:
        source, destination = self.addresses(message)
        time_ns = round(message.time * 1e9)
        comment = _COMMENTS[message.fate]
        if message.faults:
            comment = f"{comment} ({message.faults})" if comment else message.faults
        if message.step == "datagram":
            opening, made = [], [self.datagram(message, source, destination)]
        else:
            opening = list(self.opening(message, source, destination))
            made = list(self.stream(message, source, destination))
        own = 0 if message.step == "open" else len(opening)  # the first that is the message's
        for index, data in enumerate(opening + made):
            yield Packet(time_ns, data, RAW, comment=comment if index == own else "")

    def addresses(self, message: Message) -> tuple[Address, Address]:
        if message.source is not None and message.destination is not None:
            (source, port), (destination, to) = message.source[:2], message.destination[:2]
            return (source.partition("%")[0], port), (destination.partition("%")[0], to)
        return self.invented(message.sender), self.invented(message.receiver)

    def invented(self, name: str) -> Address:
        number = self.names.setdefault(name, len(self.names))
        return f"192.0.2.{number % 254 + 1}", _FIRST_PORT + number % (65_536 - _FIRST_PORT)

    def datagram(self, message: Message, source: Address, destination: Address) -> bytes:
        if len(message.data) > 65_507:
            raise ValueError(f"expected at most 65,507 bytes, got {len(message.data):,}")
        return self.packet(source, destination, UDP(source[1], destination[1]), message.data)

    def opening(self, message: Message, source: Address, destination: Address) -> Iterator[bytes]:
        """Yield the handshake, if the message is one or if none was recorded before it."""
        key = frozenset((source, destination))
        if message.step != "open" and key in self.connections:
            return
        self.opened += 1
        first = self.opened * 1_000_000 % (1 << 32)  # ports may be used again
        connection = _Connection({source: first, destination: first + 500_000})
        self.connections[key] = connection
        yield self.segment(connection, source, destination, SYN, acknowledged=False)
        if message.fate == "lost" and message.step == "open":
            del self.connections[key]
            return
        connection.next[source] += 1
        yield self.segment(connection, destination, source, SYN | ACK)
        connection.next[destination] += 1
        yield self.segment(connection, source, destination, ACK)

    def stream(self, message: Message, source: Address, destination: Address) -> Iterator[bytes]:
        connection = self.connections.get(frozenset((source, destination)))
        if connection is None or message.step == "open":
            return
        if message.step == "data":
            yield from self.data(connection, message, source, destination)
        elif message.step == "reset":
            yield self.segment(connection, source, destination, RST | ACK)
        elif source not in connection.ended:
            connection.ended.add(source)
            yield self.segment(connection, source, destination, FIN | ACK)
            connection.next[source] += 1
            yield self.segment(connection, destination, source, ACK)

    def data(
        self, connection: _Connection, message: Message, source: Address, destination: Address
    ) -> Iterator[bytes]:
        lost = message.fate == "lost"
        before = connection.next[source]
        for start in range(0, len(message.data), _SEGMENT):
            part = message.data[start : start + _SEGMENT]
            yield self.segment(connection, source, destination, PSH | ACK, part)
            connection.next[source] += len(part)
            if not lost:
                yield self.segment(connection, destination, source, ACK)
        if lost:
            connection.next[source] = before

    def segment(
        self,
        connection: _Connection,
        source: Address,
        destination: Address,
        flags: int,
        data: bytes = b"",
        acknowledged: bool = True,
    ) -> bytes:
        sequence = connection.next[source] % (1 << 32)
        acknowledgement = connection.next[destination] % (1 << 32) if acknowledged else 0
        header = TCP(source[1], destination[1], sequence, acknowledgement, flags)
        return self.packet(source, destination, header, data)

    def packet(
        self, source: Address, destination: Address, header: UDP | TCP, data: bytes
    ) -> bytes:
        protocol = UDP_PROTOCOL if isinstance(header, UDP) else TCP_PROTOCOL
        six = ":" in source[0]
        if six is not (":" in destination[0]):
            raise ValueError(
                f"expected addresses of one IP version; got {source[0]} and {destination[0]}"
            )
        if six:
            ip6 = IPv6(source[0], destination[0], protocol)
            return ip6.build(header.build(data, ip6))
        self.identification = (self.identification + 1) % 65_536
        ip = IPv4(
            source[0],
            destination[0],
            protocol,
            identification=self.identification,
            flags=DONT_FRAGMENT,
        )
        return ip.build(header.build(data, ip))
