"""UDP headers (RFC 768)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from netlib.dissect.checksum import internet_checksum
from netlib.dissect.header import Header, Internet, limit, need
from netlib.dissect.ipv4 import UDP_PROTOCOL
from netlib.errors import Malformed
from netlib.fields import Field

__all__ = ["UDP"]

_FORMAT = struct.Struct("!HHHH")  # RFC 768, "Format": source, destination, length, checksum


@dataclass(frozen=True, slots=True)
class UDP(Header):
    """The header of one UDP datagram.

    Attributes:
        source_port: 0-65535; 0 when the sender expects no reply.
        length: bytes of header and payload; None: to be computed.
        checksum: over addresses, header and payload; 0: the sender made none; None: to be
            computed.
        surplus: bytes that IP carried after the datagram's end (RFC 9868 has a use for them).
    """

    source_port: int
    destination_port: int
    length: int | None = None
    checksum: int | None = None
    surplus: bytes = b""

    label = "UDP"
    size = _FORMAT.size

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        stop = limit(data, stop)
        need(_FORMAT.size, start, stop, "a UDP header")
        source, destination, length, checksum = _FORMAT.unpack_from(data, start)
        if length < _FORMAT.size:  # 0 means "see IP" in jumbograms (RFC 2675), which none sends
            raise Malformed(f"UDP: expected a length from 8 on; got {length}")
        return cls(source, destination, length, checksum, data[start + length : stop])

    @property
    def extent(self) -> int | None:
        return self.length

    def fields(self, start: int = 0) -> Iterator[Field]:
        yield Field("udp.srcport", start, start + 2, self.source_port)
        yield Field("udp.dstport", start + 2, start + 4, self.destination_port)
        yield Field("udp.length", start + 4, start + 6, self.length, f"{self.length} bytes")
        yield Field(
            "udp.checksum", start + 6, start + 8, self.checksum, f"0x{self.checksum or 0:04x}"
        )

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        ports = self.source_port, self.destination_port
        length = _FORMAT.size + len(payload) if self.length is None else self.length
        checksum = self.checksum
        if checksum is None:
            checksum = 0
            if ip is not None:
                above = ip.pseudo_header(UDP_PROTOCOL, length)
                summed = internet_checksum(above + _FORMAT.pack(*ports, length, 0) + payload)
                checksum = summed or 0xFFFF  # 0 would mean that there is none
        return _FORMAT.pack(*ports, length, checksum) + payload + self.surplus

    def line(self, payload: int) -> str:
        return f"{self.source_port} > {self.destination_port} len={payload}"
