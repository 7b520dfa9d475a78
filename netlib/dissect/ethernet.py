"""Ethernet frames (IEEE 802.3) and VLAN tags (IEEE 802.1Q), without the check sequence."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from netlib.dissect.addresses import mac_bytes, mac_text
from netlib.dissect.header import Header, Internet, limit, need
from netlib.fields import Field

__all__ = ["ARP_TYPE", "IPV4_TYPE", "IPV6_TYPE", "VLAN", "VLAN_TYPE", "VLAN_TYPES", "Ethernet"]

IPV4_TYPE, ARP_TYPE, VLAN_TYPE, IPV6_TYPE = 0x0800, 0x0806, 0x8100, 0x86DD  # RFC 9542, B.1
VLAN_TYPES = (VLAN_TYPE, 0x88A8, 0x9100)  # a customer's tag; a provider's, and before 802.1ad
_NAMES = {IPV4_TYPE: "IPv4", ARP_TYPE: "ARP", IPV6_TYPE: "IPv6"} | dict.fromkeys(VLAN_TYPES, "VLAN")
_MOST_LENGTH = 1500  # up to here the type is the payload's length (IEEE 802.3, 3.2.6)
_SHORTEST = 60  # bytes of the shortest frame, without the check sequence

_FORMAT = struct.Struct("!6s6sH")  # destination, source, type
_TAG = struct.Struct("!HH")  # priority, drop eligible, identifier; the inner type


@dataclass(frozen=True, slots=True)
class Ethernet(Header):
    """The header of an Ethernet frame.

    Attributes:
        type: of the payload (0x0800: IPv4); up to 1500 it is the payload's length.
        trailer: bytes after what the payload needs: padding up to 60 bytes, as a rule.
    """

    destination: str = "ff:ff:ff:ff:ff:ff"
    source: str = "00:00:00:00:00:00"
    type: int = IPV4_TYPE
    trailer: bytes = b""

    label = "Ethernet"
    size = _FORMAT.size

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        need(_FORMAT.size, start, limit(data, stop), "an Ethernet header")
        destination, source, type = _FORMAT.unpack_from(data, start)
        return cls(mac_text(destination), mac_text(source), type)

    @property
    def extent(self) -> int | None:
        return self.size + self.type if self.type <= _MOST_LENGTH else None

    def fields(self, start: int = 0) -> Iterator[Field]:
        yield Field("eth.dst", start, start + 6, self.destination)
        yield Field("eth.src", start + 6, start + 12, self.source)
        if self.type <= _MOST_LENGTH:
            yield Field("eth.len", start + 12, start + 14, self.type, f"{self.type} bytes")
        else:
            yield Field("eth.type", start + 12, start + 14, self.type, _type_text(self.type))

    def trailer_field(self, stop: int) -> Field:
        """Return the field of the trailer of a frame that ends before stop."""
        start = stop - len(self.trailer)
        padding = stop <= _SHORTEST and not any(self.trailer)
        name = "eth.padding" if padding else "eth.trailer"
        return Field(name, start, stop, self.trailer, f"{len(self.trailer)} bytes")

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        header = _FORMAT.pack(mac_bytes(self.destination), mac_bytes(self.source), self.type)
        return header + payload + self.trailer

    def line(self, payload: int) -> str:
        if self.type <= _MOST_LENGTH:
            return f"{self.source} > {self.destination} IEEE 802.3, {payload} bytes"
        return f"{self.source} > {self.destination} type {_type_text(self.type)}, {payload} bytes"


@dataclass(frozen=True, slots=True)
class VLAN(Header):
    """A VLAN tag: it stands between an Ethernet header and its payload.

    Attributes:
        identifier: 0-4095, the VLAN.
        priority: 0-7.
        drop_eligible: may be dropped first.
        type: of the payload, as in Ethernet.
    """

    identifier: int
    type: int = IPV4_TYPE
    priority: int = 0
    drop_eligible: bool = False

    label = "VLAN"
    size = _TAG.size

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        need(_TAG.size, start, limit(data, stop), "a VLAN tag")
        control, type = _TAG.unpack_from(data, start)
        return cls(control & 0xFFF, type, control >> 13, bool(control & 0x1000))

    @property
    def extent(self) -> int | None:
        return self.size + self.type if self.type <= _MOST_LENGTH else None

    def fields(self, start: int = 0) -> Iterator[Field]:
        yield Field("vlan.priority", start, start + 2, self.priority)
        yield Field("vlan.dei", start, start + 2, self.drop_eligible)
        yield Field("vlan.id", start, start + 2, self.identifier)
        name = "vlan.len" if self.type <= _MOST_LENGTH else "vlan.etype"
        yield Field(name, start + 2, start + 4, self.type, _type_text(self.type))

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        control = self.priority << 13 | self.drop_eligible << 12 | self.identifier
        return _TAG.pack(control, self.type) + payload

    def line(self, payload: int) -> str:
        return f"{self.identifier}, type {_type_text(self.type)}, {payload} bytes"


def _type_text(type: int) -> str:
    name = _NAMES.get(type)
    return f"0x{type:04x} ({name})" if name else f"0x{type:04x}"
