"""What stands before the packet where a capture's link is no Ethernet: its link type says.

Loopback, Linux "cooked" captures (`tcpdump -i any`) and tunnels, which have nothing there
(https://www.tcpdump.org/linktypes.html).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from netlib.dissect.addresses import ipv4_text, mac_text
from netlib.dissect.ethernet import Ethernet
from netlib.dissect.header import Header, Internet, limit, need
from netlib.dissect.ipv4 import IPv4
from netlib.dissect.ipv6 import IPv6
from netlib.errors import Malformed
from netlib.fields import Field
from netlib.pcapng import ETHERNET, RAW

__all__ = ["FAMILIES", "Cooked", "Cooked2", "Loopback", "outermost"]

FAMILIES: dict[int, type[Header]] = {2: IPv4, **dict.fromkeys((10, 23, 24, 28, 30), IPv6)}
_WAYS = {0: "to us", 1: "broadcast", 2: "multicast", 3: "to another host", 4: "from us"}
_LEAST_TYPE = 0x0600  # smaller ones are no EtherTypes: 4 is IEEE 802.2

_COOKED = struct.Struct("!HHH8sH")
_COOKED2 = struct.Struct("!HHIHBB8s")


@dataclass(frozen=True, slots=True)
class Loopback(Header):
    """The four bytes before a packet of a loopback interface on BSD, macOS and Windows.

    Attributes:
        family: 2 is IPv4; IPv6 has another number on each system.
        big_endian: it is in the byte order of the machine that captured.
    """

    family: int = 2
    big_endian: bool = False

    label = "Loopback"
    size = 4

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        need(4, start, limit(data, stop), "a loopback header")
        family = data[start : start + 4]
        big = family[:2] == b"\0\0"  # all families are small numbers
        return cls(int.from_bytes(family, "big" if big else "little"), big)

    def fields(self, start: int = 0) -> Iterator[Field]:
        yield Field("null.family", start, start + 4, self.family)

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        return struct.pack(">I" if self.big_endian else "<I", self.family) + payload

    def line(self, payload: int) -> str:
        return f"family {self.family}, {payload} bytes"


@dataclass(frozen=True, slots=True)
class Cooked(Header):
    """What Linux makes of the link layer where a capture is of any interface, version 1.

    Attributes:
        way: 0 to us, 1 broadcast, 2 multicast, 3 to another host, 4 from us.
        hardware: ARPHRD_ number of the interface: 1 is Ethernet, 772 loopback.
        length: bytes of the sender's link address; up to 8 of them are kept.
        address: eight bytes: that address, and padding.
        type: of the payload, as in Ethernet.
    """

    way: int
    hardware: int
    length: int
    address: bytes
    type: int

    label = "Cooked"
    size = _COOKED.size

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        need(cls.size, start, limit(data, stop), "a cooked header")
        return cls(*_COOKED.unpack_from(data, start))

    def fields(self, start: int = 0) -> Iterator[Field]:
        yield Field("sll.pkttype", start, start + 2, self.way, _WAYS.get(self.way, ""))
        yield Field("sll.hatype", start + 2, start + 4, self.hardware)
        yield Field("sll.halen", start + 4, start + 6, self.length)
        yield from _address(start + 6, self.address, self.length)
        yield _type(start + 14, self.type)

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        values = self.way, self.hardware, self.length, self.address, self.type
        return _COOKED.pack(*values) + payload

    def line(self, payload: int) -> str:
        return f"{_WAYS.get(self.way, self.way)}, type 0x{self.type:04x}, {payload} bytes"


@dataclass(frozen=True, slots=True)
class Cooked2(Cooked):
    """The same, version 2.

    Attributes:
        interface: its number on the machine that captured.
        reserved: 0.
    """

    interface: int = 0
    reserved: int = 0

    size = _COOKED2.size

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        need(cls.size, start, limit(data, stop), "a cooked header")
        type, reserved, interface, hardware, way, length, address = _COOKED2.unpack_from(
            data, start
        )
        return cls(way, hardware, length, address, type, interface, reserved)

    def fields(self, start: int = 0) -> Iterator[Field]:
        yield _type(start, self.type)
        yield Field("sll.ifindex", start + 4, start + 8, self.interface)
        yield Field("sll.hatype", start + 8, start + 10, self.hardware)
        yield Field("sll.pkttype", start + 10, start + 11, self.way, _WAYS.get(self.way, ""))
        yield Field("sll.halen", start + 11, start + 12, self.length)
        yield from _address(start + 12, self.address, self.length)

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        first = self.type, self.reserved, self.interface, self.hardware
        return _COOKED2.pack(*first, self.way, self.length, self.address) + payload


_RAW = (RAW, 12, 14)  # 12 and 14: what some systems wrote for it
_FIRST: dict[int, type[Header]] = {
    ETHERNET: Ethernet,
    0: Loopback,
    108: Loopback,
    113: Cooked,
    276: Cooked2,
    228: IPv4,
    229: IPv6,
}
_OTHERS = {
    9: "PPP",
    105: "Wi-Fi",
    127: "Wi-Fi with radiotap",
    187: "Bluetooth",
    189: "USB",
    195: "IEEE 802.15.4",
    201: "Bluetooth",
    220: "USB",
    249: "USB",
    251: "Bluetooth Low Energy",
    253: "netlink",
}


def outermost(link: int, data: bytes) -> type[Header]:
    """Return which header the bytes of a frame begin with.

    Raises:
        Malformed: frames of such a link are not taken apart; names it.
    """
    version = data[0] >> 4 if data else 4
    if link in _RAW and version in (4, 6):
        return IPv4 if version == 4 else IPv6
    if link in _RAW:
        raise Malformed(f"a packet without a link layer: expected IP version 4 or 6, got {version}")
    if link not in _FIRST:
        name = f" ({_OTHERS[link]})" if link in _OTHERS else ""
        raise Malformed(f"link type {link}{name}: expected Ethernet, loopback, cooked or raw IP")
    return _FIRST[link]


def _address(start: int, address: bytes, length: int) -> Iterator[Field]:
    stop = start + min(length, 8)
    known = address[: stop - start]
    if length == 6:
        yield Field("sll.src.eth", start, stop, mac_text(known))
    elif length == 4:
        yield Field("sll.src.ipv4", start, stop, ipv4_text(known))
    elif length:
        yield Field("sll.src.other", start, stop, known)
    if stop < start + 8:
        yield Field("sll.unused", stop, start + 8, address[stop - start :])


def _type(start: int, type: int) -> Field:
    name = "sll.etype" if type >= _LEAST_TYPE else "sll.ltype"
    return Field(name, start, start + 2, type, f"0x{type:04x}")
