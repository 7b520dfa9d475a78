"""IPv6 headers (RFC 8200, section 3); what may follow them is in ipv6_extensions."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from netlib.dissect.addresses import ipv6_bytes, ipv6_text
from netlib.dissect.header import Header, Internet, limit, need
from netlib.dissect.ipv4 import next_text, protocol_text
from netlib.errors import Malformed
from netlib.fields import Field

__all__ = ["IPv6"]

# version, traffic class and flow label; payload length, next header, hop limit; addresses
_FORMAT = struct.Struct("!IHBB16s16s")
_PSEUDO = struct.Struct("!16s16sIBBBB")  # RFC 8200, 8.1: addresses, length, 0, 0, 0, protocol


@dataclass(frozen=True, slots=True)
class IPv6(Header):
    """The fixed header of one IPv6 packet.

    Attributes:
        next_header: what follows: a transport's number, or an extension header's.
        traffic_class: differentiated services and congestion notification.
        length: bytes after this header; None: to be computed.
    """

    source: str
    destination: str
    next_header: int
    hop_limit: int = 64
    traffic_class: int = 0
    flow_label: int = 0
    length: int | None = None

    label = "IPv6"
    size = _FORMAT.size

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        need(_FORMAT.size, start, limit(data, stop), "an IPv6 header")
        first, length, next_header, hops, source, destination = _FORMAT.unpack_from(data, start)
        if first >> 28 != 6:
            raise Malformed(f"IPv6: expected version 6; got {first >> 28}")
        return cls(
            ipv6_text(source),
            ipv6_text(destination),
            next_header,
            hops,
            first >> 20 & 0xFF,
            first & 0xFFFFF,
            length,
        )

    @property
    def extent(self) -> int | None:
        return None if self.length is None else self.size + self.length

    def pseudo_header(self, protocol: int, length: int) -> bytes:
        source, destination = ipv6_bytes(self.source), ipv6_bytes(self.destination)
        return _PSEUDO.pack(source, destination, length, 0, 0, 0, protocol)

    def fields(self, start: int = 0) -> Iterator[Field]:
        traffic = self.traffic_class
        yield Field("ipv6.version", start, start + 1, 6)
        yield Field("ipv6.tclass", start, start + 4, traffic, f"0x{traffic:02x}")
        yield Field("ipv6.tclass.dscp", start, start + 4, traffic >> 2)
        yield Field("ipv6.tclass.ecn", start, start + 4, traffic & 3)
        yield Field("ipv6.flow", start + 1, start + 4, self.flow_label, f"0x{self.flow_label:05x}")
        yield Field("ipv6.plen", start + 4, start + 6, self.length, f"{self.length} bytes")
        yield Field("ipv6.nxt", start + 6, start + 7, self.next_header, next_text(self.next_header))
        yield Field("ipv6.hlim", start + 7, start + 8, self.hop_limit)
        yield Field("ipv6.src", start + 8, start + 24, self.source)
        yield Field("ipv6.dst", start + 24, start + 40, self.destination)

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        packed = _FORMAT.pack(
            6 << 28 | self.traffic_class << 20 | self.flow_label,
            len(payload) if self.length is None else self.length,
            self.next_header,
            self.hop_limit,
            ipv6_bytes(self.source),
            ipv6_bytes(self.destination),
        )
        return packed + payload

    def line(self, payload: int) -> str:
        return f"{protocol_text(self.next_header)}, {payload} bytes"
