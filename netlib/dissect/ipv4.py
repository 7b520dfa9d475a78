"""IPv4 headers with their options and fragments (RFC 791); nothing is reassembled."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from netlib.dissect.addresses import ipv4_bytes, ipv4_text
from netlib.dissect.checksum import internet_checksum
from netlib.dissect.header import Header, Internet, limit, named, need
from netlib.dissect.options import END, NOTHING, Option, pack, places, unpack
from netlib.errors import Malformed
from netlib.fields import Field

__all__ = [
    "ICMPV6_PROTOCOL",
    "ICMP_PROTOCOL",
    "TCP_PROTOCOL",
    "UDP_PROTOCOL",
    "IPv4",
    "protocol_text",
]

ICMP_PROTOCOL, TCP_PROTOCOL, UDP_PROTOCOL, ICMPV6_PROTOCOL = 1, 6, 17, 58
_PROTOCOLS = {1: "ICMP", 2: "IGMP", 4: "IPv4", 6: "TCP", 17: "UDP", 41: "IPv6", 47: "GRE"}
_PROTOCOLS |= {50: "ESP", 51: "AH", 58: "ICMPv6", 89: "OSPF", 132: "SCTP"}
RESERVED, DONT_FRAGMENT, MORE_FRAGMENTS = 4, 2, 1  # RFC 791, 3.1, "Flags"; RFC 3514 jokes

# version and length, service, total length; identification, flags and offset;
# time to live, protocol, checksum; source; destination
_FORMAT = struct.Struct("!BBHHHBBH4s4s")
_PSEUDO = struct.Struct("!4s4sBBH")  # RFC 9293, 3.1: source, destination, 0, protocol, length


@dataclass(frozen=True, slots=True)
class IPv4(Header):
    """The header of one IPv4 packet.

    Attributes:
        protocol: of the payload; 1 ICMP, 6 TCP, 17 UDP.
        ttl: hops that are left.
        dsfield: differentiated services and congestion notification (RFC 2474, RFC 3168).
        flags: 2 means don't fragment, 1 more fragments follow.
        fragment_offset: bytes of the payload that stand in earlier fragments.
        options: whole 32-bit words (see netlib.dissect.options.padded).
        length: bytes of header and payload; None: to be computed; 0: captured before the network
            card cut it up (segmentation offload), and all that is there belongs to it.
        checksum: over the header; None: to be computed.
    """

    source: str
    destination: str
    protocol: int
    ttl: int = 64
    identification: int = 0
    dsfield: int = 0
    flags: int = 0
    fragment_offset: int = 0
    options: tuple[Option, ...] = ()
    length: int | None = None
    checksum: int | None = None

    label = "IPv4"

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        stop = limit(data, stop)
        need(_FORMAT.size, start, stop, "an IPv4 header")
        (
            version_size, dsfield, length, identification, fragment,
            ttl, protocol, checksum, source, destination,
        ) = _FORMAT.unpack_from(data, start)  # fmt: skip
        version, size = version_size >> 4, (version_size & 15) * 4
        if version != 4 or size < _FORMAT.size:
            raise Malformed(
                f"IPv4: expected version 4 and a header of 20 to 60 bytes; "
                f"got version {version} and {size} bytes"
            )
        if 0 < length < size:
            raise Malformed(
                f"IPv4: expected a total length from the header's {size} bytes on; got {length}"
            )
        need(size, start, stop, "an IPv4 header with options")
        return cls(
            ipv4_text(source),
            ipv4_text(destination),
            protocol,
            ttl,
            identification,
            dsfield,
            fragment >> 13,
            (fragment & 0x1FFF) * 8,
            unpack(data, start + _FORMAT.size, start + size, "IPv4"),
            length,
            checksum,
        )

    @property
    def size(self) -> int:
        return _FORMAT.size + sum(option.size for option in self.options)

    @property
    def extent(self) -> int | None:
        return self.length or None

    @property
    def fragmented(self) -> bool:
        """Whether the payload is only a part of what was sent."""
        return bool(self.fragment_offset or self.flags & MORE_FRAGMENTS)

    def pseudo_header(self, protocol: int, length: int) -> bytes:
        source, destination = ipv4_bytes(self.source), ipv4_bytes(self.destination)
        return _PSEUDO.pack(source, destination, 0, protocol, length)

    def fields(self, start: int = 0) -> Iterator[Field]:
        size, offset = self.size, self.fragment_offset
        yield Field("ip.version", start, start + 1, 4)
        yield Field("ip.hdr_len", start, start + 1, size, f"{size} bytes")
        yield Field("ip.dsfield", start + 1, start + 2, self.dsfield, f"0x{self.dsfield:02x}")
        yield Field("ip.dsfield.dscp", start + 1, start + 2, self.dsfield >> 2)
        yield Field("ip.dsfield.ecn", start + 1, start + 2, self.dsfield & 3)
        cut_later = "" if self.length else " (captured before the network card cut it up)"
        yield Field("ip.len", start + 2, start + 4, self.length, f"{self.length} bytes{cut_later}")
        yield Field(
            "ip.id", start + 4, start + 6, self.identification, f"0x{self.identification:04x}"
        )
        yield Field("ip.flags", start + 6, start + 7, self.flags, f"0x{self.flags:x}")
        yield Field("ip.flags.rb", start + 6, start + 7, bool(self.flags & RESERVED))
        yield Field("ip.flags.df", start + 6, start + 7, bool(self.flags & DONT_FRAGMENT))
        yield Field("ip.flags.mf", start + 6, start + 7, bool(self.flags & MORE_FRAGMENTS))
        yield Field("ip.frag_offset", start + 6, start + 8, offset // 8, f"{offset} bytes")
        yield Field("ip.ttl", start + 8, start + 9, self.ttl)
        yield Field("ip.proto", start + 9, start + 10, self.protocol, next_text(self.protocol))
        yield Field(
            "ip.checksum", start + 10, start + 12, self.checksum, f"0x{self.checksum or 0:04x}"
        )
        yield Field("ip.src", start + 12, start + 16, self.source)
        yield Field("ip.dst", start + 16, start + 20, self.destination)
        for option, place in places(self.options, start + 20):
            yield from _option_fields(option, place)

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        if self.size % 4 or self.size > 60 or self.fragment_offset % 8:
            raise ValueError(
                "expected options of whole 32-bit words, 40 bytes at most, and a fragment offset "
                f"in steps of 8; got {self.size - 20} bytes and {self.fragment_offset}"
            )
        length = self.size + len(payload) if self.length is None else self.length
        parts = [
            0x40 | self.size // 4,
            self.dsfield,
            length,
            self.identification,
            self.flags << 13 | self.fragment_offset // 8,
            self.ttl,
            self.protocol,
            self.checksum or 0,
            ipv4_bytes(self.source),
            ipv4_bytes(self.destination),
        ]
        options = pack(self.options)
        if self.checksum is None:
            parts[7] = internet_checksum(_FORMAT.pack(*parts) + options)
        return _FORMAT.pack(*parts) + options + payload

    def line(self, payload: int) -> str:
        inner = protocol_text(self.protocol)
        if not self.fragmented:
            return f"{inner}, {payload} bytes"
        last = self.fragment_offset + payload - 1
        more = ", more follow" if self.flags & MORE_FRAGMENTS else ", the last"
        return (
            f"fragment of {inner}, id 0x{self.identification:04x}, "
            f"bytes {self.fragment_offset}-{last}{more}"
        )


def next_text(protocol: int) -> str:
    """Return the text of a field that says which protocol follows: "17 (UDP)"."""
    return named(protocol, _PROTOCOLS.get(protocol))


def protocol_text(protocol: int) -> str:
    """Return the name that IANA gave to a protocol number, or the number."""
    return _PROTOCOLS.get(protocol, f"protocol {protocol}")


def _option_fields(option: Option, start: int) -> Iterator[Field]:
    names = {0: "end of options", 1: "no operation", 7: "record route", 68: "timestamp"}
    names |= {131: "loose source route", 137: "strict source route", 148: "router alert"}
    yield Field(
        "ip.opt.type", start, start + 1, option.kind, named(option.kind, names.get(option.kind))
    )
    if option.kind in (END, NOTHING):
        return
    yield Field("ip.opt.len", start + 1, start + 2, option.size, f"{option.size} bytes")
    if option.kind in (7, 68, 131, 137) and option.data:  # the first place that is still empty
        yield Field("ip.opt.ptr", start + 2, start + 3, option.data[0])
