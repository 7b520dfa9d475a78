"""Captured packets from a file of the older format (draft-ietf-opsawg-pcap), as tcpdump writes it.

It is only read: netlib writes pcapng.
"""

import struct
from collections.abc import Iterator

from netlib.errors import Malformed, Truncated
from netlib.pcapng import Packet

__all__ = ["MAGIC", "packets"]

_TICKS_NS = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}  # what the file begins with; a tick of its clock
_ORDERS = {
    struct.pack(f"{order}I", magic): (order, ns)
    for magic, ns in _TICKS_NS.items()
    for order in "<>"
}

MAGIC = tuple(_ORDERS)
"""The four bytes that such a file may begin with."""

_LINK = 0xFFFF  # the bits above say how long a frame's check sequence is


def packets(data: bytes) -> Iterator[Packet]:
    """Yield the packets of a file that is in memory; linktype is known.

    Raises:
        Truncated: the file stops within a packet. Malformed: it is no such file.
    """
    if data[:4] not in _ORDERS:
        raise Malformed(f"expected a pcap file; got one that begins with {data[:4].hex(' ')}")
    order, tick_ns = _ORDERS[data[:4]]
    header, record = struct.Struct(f"{order}4x2H12xI"), struct.Struct(f"{order}4I")
    _need(data, 0, header.size, "the header of a pcap file")
    *_, link = header.unpack_from(data)
    at = header.size
    while at < len(data):
        _need(data, at, record.size, "the header of a packet")
        seconds, ticks, kept, size = record.unpack_from(data, at)
        at += record.size
        _need(data, at, kept, "a packet")
        ns = seconds * 1_000_000_000 + ticks * tick_ns
        yield Packet(ns, data[at : at + kept], link & _LINK, original_length=size)
        at += kept


def _need(data: bytes, at: int, size: int, what: str) -> None:
    if len(data) - at < size:
        raise Truncated(f"byte {at}: expected {what} of {size} bytes, got {len(data) - at}")
