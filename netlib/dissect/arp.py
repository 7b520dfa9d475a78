"""ARP for IPv4 over Ethernet (RFC 826): who has this address?"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from netlib.dissect.addresses import ipv4_bytes, ipv4_text, mac_bytes, mac_text
from netlib.dissect.header import Header, Internet, limit, named, need
from netlib.errors import Malformed
from netlib.fields import Field

__all__ = ["ARP"]

REQUEST, REPLY = 1, 2
_ETHERNET_IPV4 = (1, 0x0800, 6, 4)  # hardware, protocol and the lengths of their addresses
_FORMAT = struct.Struct("!HHBBH6s4s6s4s")  # RFC 826, "Packet format"


@dataclass(frozen=True, slots=True)
class ARP(Header):
    """One ARP message.

    Attributes:
        operation: 1 asks, 2 answers.
        sender_mac, sender_ip: who speaks.
        target_mac, target_ip: who is meant; in a question the MAC is nobody's.
    """

    operation: int
    sender_mac: str
    sender_ip: str
    target_mac: str
    target_ip: str

    label = "ARP"
    size = _FORMAT.size

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        need(_FORMAT.size, start, limit(data, stop), "an ARP message")
        *kind, operation, sender, sender_ip, target, target_ip = _FORMAT.unpack_from(data, start)
        if tuple(kind) != _ETHERNET_IPV4:
            raise Malformed(
                "ARP: expected Ethernet and IPv4 addresses (1, 0x0800, 6 and 4 bytes); "
                f"got {kind[0]}, 0x{kind[1]:04x}, {kind[2]} and {kind[3]} bytes"
            )
        return cls(
            operation,
            mac_text(sender),
            ipv4_text(sender_ip),
            mac_text(target),
            ipv4_text(target_ip),
        )

    @property
    def extent(self) -> int:
        return self.size

    def fields(self, start: int = 0) -> Iterator[Field]:
        text = named(self.operation, {REQUEST: "request", REPLY: "reply"}.get(self.operation))
        yield Field("arp.hw.type", start, start + 2, 1, "1 (Ethernet)")
        yield Field("arp.proto.type", start + 2, start + 4, 0x0800, "0x0800 (IPv4)")
        yield Field("arp.hw.size", start + 4, start + 5, 6)
        yield Field("arp.proto.size", start + 5, start + 6, 4)
        yield Field("arp.opcode", start + 6, start + 8, self.operation, text)
        yield Field("arp.src.hw_mac", start + 8, start + 14, self.sender_mac)
        yield Field("arp.src.proto_ipv4", start + 14, start + 18, self.sender_ip)
        yield Field("arp.dst.hw_mac", start + 18, start + 24, self.target_mac)
        yield Field("arp.dst.proto_ipv4", start + 24, start + 28, self.target_ip)

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        packed = _FORMAT.pack(
            *_ETHERNET_IPV4,
            self.operation,
            mac_bytes(self.sender_mac),
            ipv4_bytes(self.sender_ip),
            mac_bytes(self.target_mac),
            ipv4_bytes(self.target_ip),
        )
        return packed + payload

    def line(self, payload: int) -> str:
        if self.operation == REQUEST:
            return f"Who has {self.target_ip}? Tell {self.sender_ip}"
        if self.operation == REPLY:
            return f"{self.sender_ip} is at {self.sender_mac}"
        return f"operation {self.operation} from {self.sender_ip} to {self.target_ip}"
