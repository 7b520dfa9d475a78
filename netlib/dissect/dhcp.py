"""DHCP messages (RFC 2131, section 2) and their options (RFC 2132)."""

import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from netlib.dissect.addresses import ipv4_bytes, ipv4_text, mac_bytes, mac_text
from netlib.dissect.header import Header, Internet, limit, named, need
from netlib.errors import Malformed
from netlib.fields import Field

__all__ = ["DHCP", "DHCPOption"]

PAD, END = 0, 255  # the options that are a single byte (RFC 2132, section 3)
MESSAGE_TYPE = 53
_MESSAGES = {
    1: "Discover", 2: "Offer", 3: "Request", 4: "Decline",
    5: "ACK", 6: "NAK", 7: "Release", 8: "Inform",
}  # fmt: skip
_COOKIE = 0x63825363  # 99, 130, 83, 99: options follow (RFC 2131, section 3)

# operation, hardware type, its length, hops; transaction; seconds, flags; four addresses;
# hardware address; server's name; file; cookie
_FORMAT = struct.Struct("!BBBBIHH4s4s4s4s16s64s128sI")

_ADDRESSES = {
    1: "subnet_mask",
    3: "router",
    6: "domain_name_server",
    28: "broadcast_address",
    50: "requested_ip_address",
    54: "dhcp_server_id",
}
_NUMBERS = {
    51: "ip_address_lease_time",
    53: "dhcp",
    57: "dhcp_max_message_size",
    58: "renewal_time_value",
    59: "rebinding_time_value",
}
_TEXTS = {12: "hostname", 15: "domain_name", 60: "vendor_class_id", 66: "tftp_server_name"}
_TEXTS |= {67: "bootfile_name"}


@dataclass(frozen=True, slots=True)
class DHCPOption:
    """One option: a code and its data; codes 0 and 255 have none."""

    code: int
    data: bytes = b""

    @property
    def size(self) -> int:
        return 1 if self.code in (PAD, END) else 2 + len(self.data)


@dataclass(frozen=True, slots=True)
class DHCP(Header):
    """One DHCP message; nothing follows it.

    Attributes:
        operation: 1 from a client, 2 from a server.
        transaction: what an answer repeats of its question.
        flags: 0x8000 asks for the answer by broadcast.
        client, yours, server, relay: IPv4 addresses; yours is the one that is given out.
        mac: the client's.
        server_name, file: zero bytes after the text included, 64 and 128 bytes when built.
        options: among them the message's type (see message_type) and, as the last, 255.
    """

    operation: int
    transaction: int
    mac: str
    options: tuple[DHCPOption, ...]
    client: str = "0.0.0.0"
    yours: str = "0.0.0.0"
    server: str = "0.0.0.0"
    relay: str = "0.0.0.0"
    seconds: int = 0
    flags: int = 0
    hops: int = 0
    server_name: bytes = bytes(64)
    file: bytes = bytes(128)
    mac_padding: bytes = bytes(10)

    label = "DHCP"

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        stop = limit(data, stop)
        need(_FORMAT.size, start, stop, "a DHCP message")
        (
            operation, hardware, length, hops, transaction, seconds, flags,
            client, yours, server, relay, mac, name, file, cookie,
        ) = _FORMAT.unpack_from(data, start)  # fmt: skip
        if (hardware, length, cookie) != (1, 6, _COOKIE):
            raise Malformed(
                "DHCP: expected Ethernet (1, addresses of 6 bytes) and the cookie 0x63825363; "
                f"got {hardware}, {length} bytes and 0x{cookie:08x}"
            )
        return cls(
            operation,
            transaction,
            mac_text(mac[:6]),
            tuple(_unpack(data, start + _FORMAT.size, stop)),
            ipv4_text(client),
            ipv4_text(yours),
            ipv4_text(server),
            ipv4_text(relay),
            seconds,
            flags,
            hops,
            name,
            file,
            mac[6:],
        )

    @property
    def size(self) -> int:
        return _FORMAT.size + sum(option.size for option in self.options)

    @property
    def message_type(self) -> str:
        """Discover, Offer, Request, ACK, ...; "BOOTP" for a message that does not say."""
        for option in self.options:
            if option.code == MESSAGE_TYPE and len(option.data) == 1:
                return _MESSAGES.get(option.data[0], f"type {option.data[0]}")
        return "BOOTP"

    def fields(self, start: int = 0) -> Iterator[Field]:
        yield Field("dhcp.type", start, start + 1, self.operation)
        yield Field("dhcp.hw.type", start + 1, start + 2, 1, "1 (Ethernet)")
        yield Field("dhcp.hw.len", start + 2, start + 3, 6)
        yield Field("dhcp.hops", start + 3, start + 4, self.hops)
        yield Field("dhcp.id", start + 4, start + 8, self.transaction, f"0x{self.transaction:08x}")
        yield Field("dhcp.secs", start + 8, start + 10, self.seconds, f"{self.seconds} s")
        yield Field("dhcp.flags", start + 10, start + 12, self.flags, f"0x{self.flags:04x}")
        yield Field("dhcp.flags.bc", start + 10, start + 12, bool(self.flags & 0x8000))
        yield Field("dhcp.ip.client", start + 12, start + 16, self.client)
        yield Field("dhcp.ip.your", start + 16, start + 20, self.yours)
        yield Field("dhcp.ip.server", start + 20, start + 24, self.server)
        yield Field("dhcp.ip.relay", start + 24, start + 28, self.relay)
        yield Field("dhcp.hw.mac_addr", start + 28, start + 34, self.mac)
        yield Field("dhcp.hw.addr_padding", start + 34, start + 44, self.mac_padding)
        yield Field("dhcp.server", start + 44, start + 108, _text(self.server_name))
        yield Field("dhcp.file", start + 108, start + 236, _text(self.file))
        yield Field("dhcp.cookie", start + 236, start + 240, ipv4_text(_COOKIE.to_bytes(4)))
        place = start + _FORMAT.size
        for padding, group in itertools.groupby(self.options, lambda one: one.code == PAD):
            options = tuple(group)
            if padding:
                stop = place + len(options)
                yield Field("dhcp.option.padding", place, stop, bytes(len(options)))
                place = stop
                continue
            for option in options:
                yield from _option_fields(option, place)
                place += option.size

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        if len(self.server_name) > 64 or len(self.file) > 128 or len(self.mac_padding) > 10:
            raise ValueError("expected at most 64 bytes of server_name and 128 of file; got more")
        packed = _FORMAT.pack(
            self.operation,
            1,
            6,
            self.hops,
            self.transaction,
            self.seconds,
            self.flags,
            ipv4_bytes(self.client),
            ipv4_bytes(self.yours),
            ipv4_bytes(self.server),
            ipv4_bytes(self.relay),
            mac_bytes(self.mac) + self.mac_padding,
            self.server_name,
            self.file,
            _COOKIE,
        )
        options = (
            bytes((option.code,))
            if option.code in (PAD, END)
            else bytes((option.code, len(option.data))) + option.data
            for option in self.options
        )
        return packed + b"".join(options) + payload

    def line(self, payload: int) -> str:
        given = "" if self.yours == "0.0.0.0" else f" {self.yours}"
        return f"{self.message_type}{given} for {self.mac}, transaction 0x{self.transaction:08x}"


def _unpack(data: bytes, start: int, stop: int) -> Iterator[DHCPOption]:
    while start < stop:
        code = data[start]
        if code in (PAD, END):
            yield DHCPOption(code)
            start += 1
            continue
        need(2, start, stop, f"DHCP option {code}")
        size = 2 + data[start + 1]
        need(size, start, stop, f"DHCP option {code}")
        yield DHCPOption(code, data[start + 2 : start + size])
        start += size


def _option_fields(option: DHCPOption, start: int) -> Iterator[Field]:
    code, data, stop = option.code, option.data, start + option.size
    yield Field("dhcp.option.type", start, stop, code)
    if code == END:
        yield Field("dhcp.option.end", start, stop, END)
        return
    start += 2
    yield Field("dhcp.option.length", start - 1, start, len(data), f"{len(data)} bytes")
    yield Field("dhcp.option.value", start, stop, data, data.hex(":"))
    if code in _ADDRESSES and len(data) % 4 == 0:
        for place in range(0, len(data), 4):
            address = ipv4_text(data[place : place + 4])
            yield Field(
                f"dhcp.option.{_ADDRESSES[code]}", start + place, start + place + 4, address
            )
    elif code in _NUMBERS and len(data) in (1, 2, 4):
        number = int.from_bytes(data)
        shown = named(number, _MESSAGES.get(number)) if code == MESSAGE_TYPE else ""
        yield Field(f"dhcp.option.{_NUMBERS[code]}", start, stop, number, shown)
    elif code in _TEXTS:
        yield Field(f"dhcp.option.{_TEXTS[code]}", start, stop, _text(data))
    elif code == 61 and len(data) == 7 and data[0] == 1:  # client identifier: Ethernet
        yield Field("dhcp.hw.type", start, start + 1, 1, "1 (Ethernet)")
        yield Field("dhcp.hw.mac_addr", start + 1, start + 7, mac_text(data[1:]))
    elif code == 55:  # parameter request list
        for place, wanted in enumerate(data):
            name = "dhcp.option.request_list_item"
            yield Field(name, start + place, start + place + 1, wanted)


def _text(data: bytes) -> str:
    return data.partition(b"\0")[0].decode(errors="backslashreplace")
