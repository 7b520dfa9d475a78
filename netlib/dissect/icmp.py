"""ICMP messages for IPv4 (RFC 792): echoes, and errors that quote the packet they are about."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from netlib.dissect.addresses import ipv4_text
from netlib.dissect.checksum import internet_checksum
from netlib.dissect.header import Header, Internet, limit, named, need
from netlib.fields import Field

__all__ = ["ICMP"]

ECHO_REPLY, UNREACHABLE, REDIRECT, ECHO, TIME_EXCEEDED, PARAMETER = 0, 3, 5, 8, 11, 12
_NAMES = {
    ECHO_REPLY: "echo reply",
    UNREACHABLE: "destination unreachable",
    4: "source quench",
    REDIRECT: "redirect",
    ECHO: "echo request",
    9: "router advertisement",
    10: "router solicitation",
    TIME_EXCEEDED: "time exceeded",
    PARAMETER: "parameter problem",
    13: "timestamp request",
    14: "timestamp reply",
}
_REASONS = {  # RFC 792; RFC 1122, 3.2.2.1; RFC 1812, 5.2.7.1
    (UNREACHABLE, 0): "network",
    (UNREACHABLE, 1): "host",
    (UNREACHABLE, 2): "protocol",
    (UNREACHABLE, 3): "port",
    (UNREACHABLE, 4): "fragmentation needed",
    (UNREACHABLE, 13): "prohibited",
    (TIME_EXCEEDED, 0): "ttl was 0",
    (TIME_EXCEEDED, 1): "fragments missing",
    (REDIRECT, 0): "for the network",
    (REDIRECT, 1): "for the host",
}
_FORMAT = struct.Struct("!BBH4s")  # type, code, checksum; four bytes whose sense depends on type
_TWO = struct.Struct("!HH")


@dataclass(frozen=True, slots=True)
class ICMP(Header):
    """The 8 bytes with which every ICMP message begins.

    Attributes:
        type: 8 echo request, 0 echo reply, 3 unreachable, 11 time exceeded, ...
        rest: the last 4 bytes: identifier and sequence number of an echo (see echo()), the
            next hop's MTU, a gateway's address; 0 where they mean nothing.
        checksum: over the whole message; None: to be computed.
        extensions: bytes after the packet that an error quotes (RFC 4884, section 7).
    """

    type: int
    code: int = 0
    rest: bytes = bytes(4)
    checksum: int | None = None
    extensions: bytes = b""

    label = "ICMP"
    size = _FORMAT.size

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        need(_FORMAT.size, start, limit(data, stop), "an ICMP message")
        type, code, checksum, rest = _FORMAT.unpack_from(data, start)
        return cls(type, code, rest, checksum)

    @classmethod
    def echo(cls, identifier: int, sequence: int, *, reply: bool = False) -> Self:
        """Return the header of a ping, or of the answer to one."""
        return cls(ECHO_REPLY if reply else ECHO, 0, _TWO.pack(identifier, sequence))

    @property
    def is_error(self) -> bool:
        """Whether the payload is the start of a packet that could not be delivered."""
        return self.type in (UNREACHABLE, 4, REDIRECT, TIME_EXCEEDED, PARAMETER)

    def fields(self, start: int = 0) -> Iterator[Field]:
        yield Field(
            "icmp.type", start, start + 1, self.type, named(self.type, _NAMES.get(self.type))
        )
        reason = named(self.code, _REASONS.get((self.type, self.code)))
        yield Field("icmp.code", start + 1, start + 2, self.code, reason)
        yield Field(
            "icmp.checksum", start + 2, start + 4, self.checksum, f"0x{self.checksum or 0:04x}"
        )
        first, second = _TWO.unpack(self.rest)
        if self.type in (ECHO, ECHO_REPLY, 13, 14):
            yield Field("icmp.ident", start + 4, start + 6, first)
            yield Field("icmp.seq", start + 6, start + 8, second)
        elif (self.type, self.code) == (UNREACHABLE, 4):  # RFC 1191, section 4
            yield Field("icmp.mtu", start + 6, start + 8, second, f"{second} bytes")
        elif self.type == REDIRECT:
            yield Field("icmp.redir_gw", start + 4, start + 8, ipv4_text(self.rest))

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        checksum, payload = self.checksum, payload + self.extensions
        if checksum is None:
            packed = _FORMAT.pack(self.type, self.code, 0, self.rest)
            checksum = internet_checksum(packed + payload)
        return _FORMAT.pack(self.type, self.code, checksum, self.rest) + payload

    def line(self, payload: int) -> str:
        name = _NAMES.get(self.type, f"type {self.type}")
        first, second = _TWO.unpack(self.rest)
        if self.type in (ECHO, ECHO_REPLY):
            return f"{name} id={first} seq={second} len={payload}"
        reason = _REASONS.get((self.type, self.code), f"code {self.code}" if self.code else "")
        return f"{name} ({reason})" if reason else name
