"""ICMPv6 messages (RFC 4443) and neighbour discovery (RFC 4861), which is IPv6's ARP."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from netlib.dissect.addresses import ipv6_bytes, ipv6_text, mac_bytes, mac_text
from netlib.dissect.checksum import internet_checksum
from netlib.dissect.header import Header, Internet, limit, named, need
from netlib.dissect.ipv4 import ICMPV6_PROTOCOL
from netlib.errors import Malformed
from netlib.fields import Field

__all__ = ["ICMPv6", "NDOption", "neighbour_advertisement", "neighbour_solicitation"]

TOO_BIG, ECHO, ECHO_REPLY = 2, 128, 129
ROUTER_SOLICITATION, ROUTER_ADVERTISEMENT, SOLICITATION, ADVERTISEMENT, REDIRECT = range(133, 138)
_FIXED = {  # bytes of a message of neighbour discovery before its options
    ROUTER_SOLICITATION: 8,
    ROUTER_ADVERTISEMENT: 16,
    SOLICITATION: 24,
    ADVERTISEMENT: 24,
    REDIRECT: 40,
}
_NAMES = {
    1: "destination unreachable",
    TOO_BIG: "packet too big",
    3: "time exceeded",
    4: "parameter problem",
    ECHO: "echo request",
    ECHO_REPLY: "echo reply",
    ROUTER_SOLICITATION: "router solicitation",
    ROUTER_ADVERTISEMENT: "router advertisement",
    SOLICITATION: "neighbour solicitation",
    ADVERTISEMENT: "neighbour advertisement",
    REDIRECT: "redirect",
    143: "multicast listener report",
}
SOURCE_MAC, TARGET_MAC, PREFIX, MTU = 1, 2, 3, 5  # options: RFC 4861, 4.6
_FORMAT = struct.Struct("!BBH")  # type, code, checksum
_ADVERT = struct.Struct("!BBHII")  # RFC 4861, 4.2: hops, flags, lifetime, reachable, retransmission


@dataclass(frozen=True, slots=True)
class NDOption:
    """An option of neighbour discovery; with its 2 bytes of type and length, 64-bit words."""

    type: int
    data: bytes

    @property
    def size(self) -> int:
        return 2 + len(self.data)


@dataclass(frozen=True, slots=True)
class ICMPv6(Header):
    """The start of an ICMPv6 message; of neighbour discovery, all of it.

    Attributes:
        type: 128 echo request, 135 neighbour solicitation, ...; below 128 it is an error.
        body: the bytes after the checksum that belong to the header: 4, more in discovery.
        options: of neighbour discovery.
        checksum: over the whole message and IPv6's addresses; None: to be computed.
        extensions: bytes after the packet that an error quotes (RFC 4884, section 7).
    """

    type: int
    code: int = 0
    body: bytes = bytes(4)
    options: tuple[NDOption, ...] = ()
    checksum: int | None = None
    extensions: bytes = b""

    label = "ICMPv6"

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        stop = limit(data, stop)
        need(8, start, stop, "an ICMPv6 message")
        type, code, checksum = _FORMAT.unpack_from(data, start)
        size = _FIXED.get(type, 8)
        need(size, start, stop, f"an ICMPv6 {_NAMES.get(type, 'message')}")
        options = tuple(_unpack(data, start + size, stop)) if type in _FIXED else ()
        return cls(type, code, data[start + 4 : start + size], options, checksum)

    @classmethod
    def echo(cls, identifier: int, sequence: int, *, reply: bool = False) -> Self:
        """Return the header of a ping, or of the answer to one."""
        return cls(ECHO_REPLY if reply else ECHO, 0, struct.pack("!HH", identifier, sequence))

    @property
    def size(self) -> int:
        return 4 + len(self.body) + sum(option.size for option in self.options)

    @property
    def is_error(self) -> bool:
        """Whether the payload is the start of a packet that could not be delivered."""
        return 1 <= self.type <= 4

    @property
    def target(self) -> str:
        """The address that a neighbour is asked or tells about; "" in other messages."""
        return ipv6_text(self.body[4:20]) if self.type in (SOLICITATION, ADVERTISEMENT) else ""

    def fields(self, start: int = 0) -> Iterator[Field]:
        yield Field(
            "icmpv6.type", start, start + 1, self.type, named(self.type, _NAMES.get(self.type))
        )
        yield Field("icmpv6.code", start + 1, start + 2, self.code)
        yield Field(
            "icmpv6.checksum", start + 2, start + 4, self.checksum, f"0x{self.checksum or 0:04x}"
        )
        yield from self._body_fields(start)
        place = start + 4 + len(self.body)
        for option in self.options:
            yield from _option_fields(option, place)
            place += option.size

    def _body_fields(self, start: int) -> Iterator[Field]:
        body = self.body
        if self.type in (ECHO, ECHO_REPLY):
            identifier, sequence = struct.unpack("!HH", body)
            yield Field("icmpv6.echo.identifier", start + 4, start + 6, identifier)
            yield Field("icmpv6.echo.sequence_number", start + 6, start + 8, sequence)
        elif self.type == TOO_BIG:
            yield Field("icmpv6.mtu", start + 4, start + 8, int.from_bytes(body))
        elif self.type == SOLICITATION:
            yield Field("icmpv6.nd.ns.target_address", start + 8, start + 24, self.target)
        elif self.type == ADVERTISEMENT:
            for bit, name in ((0x80, "r"), (0x40, "s"), (0x20, "o")):
                yield Field(f"icmpv6.nd.na.flag.{name}", start + 4, start + 8, bool(body[0] & bit))
            yield Field("icmpv6.nd.na.target_address", start + 8, start + 24, self.target)
        elif self.type == ROUTER_ADVERTISEMENT:
            hops, flags, lifetime, reachable, retransmission = _ADVERT.unpack(body)
            yield Field("icmpv6.nd.ra.cur_hop_limit", start + 4, start + 5, hops)
            yield Field("icmpv6.nd.ra.flag", start + 5, start + 6, flags, f"0x{flags:02x}")
            yield Field(
                "icmpv6.nd.ra.router_lifetime", start + 6, start + 8, lifetime, f"{lifetime} s"
            )
            yield Field("icmpv6.nd.ra.reachable_time", start + 8, start + 12, reachable)
            yield Field("icmpv6.nd.ra.retrans_timer", start + 12, start + 16, retransmission)

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        if any(option.size % 8 for option in self.options):
            raise ValueError("expected every option of neighbour discovery to fill 64-bit words")
        options = (bytes((option.type, option.size // 8)) + option.data for option in self.options)
        rest = b"".join((self.body, *options, payload, self.extensions))
        checksum = self.checksum
        if checksum is None:
            message = _FORMAT.pack(self.type, self.code, 0) + rest
            above = ip.pseudo_header(ICMPV6_PROTOCOL, len(message)) if ip else b""
            checksum = internet_checksum(above + message) if ip else 0
        return _FORMAT.pack(self.type, self.code, checksum) + rest

    def line(self, payload: int) -> str:
        name = _NAMES.get(self.type, f"type {self.type}")
        if self.type in (ECHO, ECHO_REPLY):
            identifier, sequence = struct.unpack("!HH", self.body)
            return f"{name} id={identifier} seq={sequence} len={payload}"
        return f"{name} for {self.target}" if self.target else name


def neighbour_solicitation(target: str, mac: str) -> ICMPv6:
    """Return the question who has target, from whoever has mac (RFC 4861, 4.3)."""
    body = bytes(4) + ipv6_bytes(target)
    return ICMPv6(SOLICITATION, 0, body, (NDOption(SOURCE_MAC, mac_bytes(mac)),))


def neighbour_advertisement(target: str, mac: str, *, solicited: bool = True) -> ICMPv6:
    """Return the answer that mac has target (RFC 4861, 4.4); it replaces what was known."""
    flags = 0x20 | (0x40 if solicited else 0)
    body = bytes((flags, 0, 0, 0)) + ipv6_bytes(target)
    return ICMPv6(ADVERTISEMENT, 0, body, (NDOption(TARGET_MAC, mac_bytes(mac)),))


def _unpack(data: bytes, start: int, stop: int) -> Iterator[NDOption]:
    while start < stop:
        need(2, start, stop, "an ICMPv6 option")
        size = data[start + 1] * 8
        if size == 0:  # RFC 4861, 4.6: such a packet must be discarded
            raise Malformed("ICMPv6: expected an option of 8 bytes or more; its length is 0")
        need(size, start, stop, f"ICMPv6 option {data[start]}")
        yield NDOption(data[start], data[start + 2 : start + size])
        start += size


def _option_fields(option: NDOption, start: int) -> Iterator[Field]:
    yield Field("icmpv6.opt.type", start, start + 1, option.type)
    yield Field("icmpv6.opt.length", start + 1, start + 2, option.size // 8, f"{option.size} bytes")
    if option.type in (SOURCE_MAC, TARGET_MAC) and option.size == 8:
        mac = mac_text(option.data)
        yield Field("icmpv6.opt.linkaddr", start + 2, start + 8, mac)
        side = "src" if option.type == SOURCE_MAC else "target"
        yield Field(f"icmpv6.opt.{side}_linkaddr", start + 2, start + 8, mac)
    elif option.type == PREFIX and option.size == 32:
        yield Field("icmpv6.opt.prefix.length", start + 2, start + 3, option.data[0])
        yield Field("icmpv6.opt.prefix", start + 16, start + 32, ipv6_text(option.data[14:]))
    elif option.type == MTU and option.size == 8:
        yield Field("icmpv6.opt.mtu", start + 4, start + 8, int.from_bytes(option.data[2:]))
