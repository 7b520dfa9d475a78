"""The extension headers of IPv6: options, routing, fragments, authentication (RFC 8200, 4302)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from netlib.dissect.header import Header, Internet, limit, need
from netlib.dissect.ipv4 import next_text, protocol_text
from netlib.errors import Malformed
from netlib.fields import Field

__all__ = ["Authentication", "DestinationOptions", "Fragment", "HopByHop", "IPv6Option", "Routing"]

_PAD1 = 0  # the one option that is a single byte (RFC 8200, 4.2)
_AUTHENTICATION = struct.Struct("!BBHII")  # next header, size, reserved, SPI, sequence number
_FRAGMENT = struct.Struct("!BBHI")  # next header, reserved, offset and flags, identification


@dataclass(frozen=True, slots=True)
class IPv6Option:
    """One option: a type, and (but for type 0, a single byte of padding) its data."""

    type: int
    data: bytes = b""

    @property
    def size(self) -> int:
        return 1 if self.type == _PAD1 else 2 + len(self.data)


@dataclass(frozen=True, slots=True)
class _Options(Header):
    """Options for routers or receivers (RFC 8200, 4.3 and 4.6); whole 64-bit words.

    Attributes:
        next_header: what follows.
    """

    next_header: int
    options: tuple[IPv6Option, ...] = ()

    label = "IPv6"
    kind: ClassVar[str]
    prefix: ClassVar[str]

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        stop = limit(data, stop)
        need(2, start, stop, f"an IPv6 header of {cls.kind} options")
        size = (data[start + 1] + 1) * 8
        need(size, start, stop, f"an IPv6 header of {cls.kind} options")
        return cls(data[start], tuple(_unpack(data, start + 2, start + size)))

    @property
    def size(self) -> int:
        return 2 + sum(option.size for option in self.options)

    def fields(self, start: int = 0) -> Iterator[Field]:
        nxt = next_text(self.next_header)
        yield Field(f"{self.prefix}.nxt", start, start + 1, self.next_header, nxt)
        size = self.size
        yield Field(f"{self.prefix}.len", start + 1, start + 2, size // 8 - 1, f"{size} bytes")
        place = start + 2
        for option in self.options:
            yield Field("ipv6.opt.type", place, place + 1, option.type)
            if option.type != _PAD1:
                yield Field("ipv6.opt.length", place + 1, place + 2, len(option.data))
            place += option.size

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        if self.size % 8:
            raise ValueError(f"expected options that end a 64-bit word; got {self.size} bytes")
        packed = b"".join(
            b"\0" if option.type == _PAD1 else bytes((option.type, len(option.data))) + option.data
            for option in self.options
        )
        return bytes((self.next_header, self.size // 8 - 1)) + packed + payload

    def line(self, payload: int) -> str:
        return f"{self.kind} options, {protocol_text(self.next_header)}, {payload} bytes"


class HopByHop(_Options):
    """Options that every router looks at (RFC 8200, 4.3)."""

    __slots__ = ()
    kind, prefix = "hop-by-hop", "ipv6.hopopts"


class DestinationOptions(_Options):
    """Options for the receiver (RFC 8200, 4.6)."""

    __slots__ = ()
    kind, prefix = "destination", "ipv6.dstopts"


@dataclass(frozen=True, slots=True)
class Routing(Header):
    """Places to pass on the way (RFC 8200, 4.4).

    Attributes:
        type: what kind of routing header it is; data is laid out accordingly.
        segments_left: places that are still ahead.
        data: whole 64-bit words, less the header's first 4 bytes.
    """

    next_header: int
    type: int
    segments_left: int
    data: bytes = bytes(4)

    label = "IPv6"

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        stop = limit(data, stop)
        need(4, start, stop, "an IPv6 routing header")
        size = (data[start + 1] + 1) * 8
        need(size, start, stop, "an IPv6 routing header")
        return cls(data[start], data[start + 2], data[start + 3], data[start + 4 : start + size])

    @property
    def size(self) -> int:
        return 4 + len(self.data)

    def fields(self, start: int = 0) -> Iterator[Field]:
        size, nxt = self.size, next_text(self.next_header)
        yield Field("ipv6.routing.nxt", start, start + 1, self.next_header, nxt)
        yield Field("ipv6.routing.len", start + 1, start + 2, size // 8 - 1, f"{size} bytes")
        yield Field("ipv6.routing.type", start + 2, start + 3, self.type)
        yield Field("ipv6.routing.segleft", start + 3, start + 4, self.segments_left)

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        if self.size % 8:
            raise ValueError(f"expected a routing header of 64-bit words; got {self.size} bytes")
        start = bytes((self.next_header, self.size // 8 - 1, self.type, self.segments_left))
        return start + self.data + payload

    def line(self, payload: int) -> str:
        return f"routing type {self.type}, {self.segments_left} places left, {payload} bytes"


@dataclass(frozen=True, slots=True)
class Fragment(Header):
    """Says which part of a packet this is (RFC 8200, 4.5).

    Attributes:
        offset: bytes of the packet that stand in earlier fragments; in steps of 8.
        more: whether further fragments follow.
        reserved: bits that mean nothing yet: 8 of them, then 2.
    """

    next_header: int
    offset: int
    more: bool
    identification: int
    reserved: tuple[int, int] = (0, 0)

    label = "IPv6"
    size = _FRAGMENT.size

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        need(_FRAGMENT.size, start, limit(data, stop), "an IPv6 fragment header")
        next_header, reserved, place, identification = _FRAGMENT.unpack_from(data, start)
        bits = reserved, place >> 1 & 3
        return cls(next_header, place & 0xFFF8, bool(place & 1), identification, bits)

    @property
    def fragmented(self) -> bool:
        """Whether the payload is only a part of what was sent (RFC 6946 sends it whole)."""
        return bool(self.offset or self.more)

    def fields(self, start: int = 0) -> Iterator[Field]:
        nxt, words = next_text(self.next_header), self.offset // 8
        yield Field("ipv6.fraghdr.nxt", start, start + 1, self.next_header, nxt)
        yield Field("ipv6.fraghdr.offset", start + 2, start + 4, words, f"{self.offset} bytes")
        yield Field("ipv6.fraghdr.more", start + 2, start + 4, self.more)
        identification = self.identification
        yield Field(
            "ipv6.fraghdr.ident", start + 4, start + 8, identification, f"0x{identification:08x}"
        )

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        if self.offset % 8:
            raise ValueError(f"expected a fragment offset in steps of 8; got {self.offset}")
        place = self.offset | self.reserved[1] << 1 | self.more
        packed = _FRAGMENT.pack(self.next_header, self.reserved[0], place, self.identification)
        return packed + payload

    def line(self, payload: int) -> str:
        more = ", more follow" if self.more else ", the last"
        return (
            f"fragment of {protocol_text(self.next_header)}, id 0x{self.identification:08x}, "
            f"bytes {self.offset}-{self.offset + payload - 1}{more}"
        )


@dataclass(frozen=True, slots=True)
class Authentication(Header):
    """Proof of who sent a packet (RFC 4302); in IPv4, too. The proof itself is not looked at.

    Attributes:
        spi: the receiver's number for what both sides have agreed upon.
        proof: whole 32-bit words.
    """

    next_header: int
    spi: int
    sequence: int
    proof: bytes = b""
    reserved: int = 0

    label = "AH"

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        stop = limit(data, stop)
        need(_AUTHENTICATION.size, start, stop, "an authentication header")
        next_header, words, reserved, spi, sequence = _AUTHENTICATION.unpack_from(data, start)
        size = (words + 2) * 4
        if size < _AUTHENTICATION.size:
            raise Malformed(f"AH: expected a header of 12 bytes or more; got {size}")
        need(size, start, stop, "an authentication header")
        proof = data[start + _AUTHENTICATION.size : start + size]
        return cls(next_header, spi, sequence, proof, reserved)

    @property
    def size(self) -> int:
        return _AUTHENTICATION.size + len(self.proof)

    def fields(self, start: int = 0) -> Iterator[Field]:
        nxt, words = next_text(self.next_header), self.size // 4 - 2
        yield Field("ah.next_header", start, start + 1, self.next_header, nxt)
        yield Field("ah.length", start + 1, start + 2, words, f"{self.size} bytes")
        yield Field("ah.reserved", start + 2, start + 4, self.reserved.to_bytes(2))
        yield Field("ah.spi", start + 4, start + 8, self.spi, f"0x{self.spi:08x}")
        yield Field("ah.sequence", start + 8, start + 12, self.sequence)
        if self.proof:
            yield Field("ah.icv", start + 12, start + self.size, self.proof)

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        if self.size % 4:
            raise ValueError(f"expected a proof of 32-bit words; got {len(self.proof)} bytes")
        first = self.next_header, self.size // 4 - 2, self.reserved
        return _AUTHENTICATION.pack(*first, self.spi, self.sequence) + self.proof + payload

    def line(self, payload: int) -> str:
        return f"spi=0x{self.spi:08x}, {protocol_text(self.next_header)}, {payload} bytes"


def _unpack(data: bytes, start: int, stop: int) -> Iterator[IPv6Option]:
    while start < stop:
        type = data[start]
        if type == _PAD1:
            yield IPv6Option(_PAD1)
            start += 1
            continue
        size = 2 + data[start + 1] if start + 1 < stop else stop
        if size > stop - start:
            raise Malformed(f"IPv6: expected option {type} to end in its header; it is too long")
        yield IPv6Option(type, data[start + 2 : start + size])
        start += size
