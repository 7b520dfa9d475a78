"""Captured packets as a pcapng file and back (draft-ietf-opsawg-pcapng), as Wireshark reads it.

What the packets mean is not looked at here: a live capture and a synthetic one are written
alike. Blocks other than sections, interfaces and packets are skipped. The older format is
read in pcap.py, and compressed files in recording.py.
"""

import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Literal

from netlib.errors import Malformed, Truncated

__all__ = ["ETHERNET", "RAW", "Packet", "packets", "read", "write"]

ETHERNET = 1  # LINKTYPE_ETHERNET: frames without preamble and FCS
RAW = 101  # LINKTYPE_RAW: IPv4 or IPv6 packets, without a link layer

_SECTION, _INTERFACE, _OLD_PACKET, _SIMPLE, _PACKET = 0x0A0D0D0A, 1, 2, 3, 6  # section 4
_MAGIC = 0x1A2B3C4D
_END, _COMMENT, _FLAGS, _IF_NAME, _IF_RESOLUTION, _IF_OFFSET = 0, 1, 2, 2, 9, 14  # options
_WAYS: tuple[Literal["", "in", "out"], ...] = ("", "in", "out", "")  # the flags' lowest bits
_LONGEST = 65_535  # bytes of an option: its length has 16 bits
_NANO = 1_000_000_000

Source = str | os.PathLike[str] | BinaryIO


@dataclass(frozen=True, slots=True)
class Packet:
    """One captured packet.

    Attributes:
        time_ns: nanoseconds since 1970 (UTC).
        data: its bytes, the first ones only if the capture cut it.
        linktype: what data begins with, a LINKTYPE_ number such as ETHERNET or RAW; None:
            what write() is told.
        interface: name of the interface that saw it; "" if it has none.
        original_length: bytes on the wire; None: as many as data has.
        comment: shown by Wireshark with the packet; several are joined by line breaks.
        direction: "in" or "out"; "" if nobody said.
    """

    time_ns: int
    data: bytes = field(repr=False)
    linktype: int | None = None
    interface: str = ""
    original_length: int | None = None
    comment: str = ""
    direction: Literal["", "in", "out"] = ""


def write(target: Source, packets: Iterable[Packet], linktype: int = ETHERNET) -> None:
    """Write packets, in their order, to a path or to a file opened for binary writing.

    Packets are taken one by one, so a generator may be endless in time.

    Raises:
        ValueError: a time before 1970 or after 2554, a comment or name over 65,535 bytes.
    """
    if isinstance(target, str | os.PathLike):
        with open(target, "wb") as file:
            write(file, packets, linktype)
        return
    target.write(_block(_SECTION, struct.pack("=IHHq", _MAGIC, 1, 0, -1)))
    interfaces: dict[tuple[str, int], int] = {}
    for packet in packets:
        key = packet.interface, linktype if packet.linktype is None else packet.linktype
        if key not in interfaces:  # an interface may be described anywhere before its packets
            interfaces[key] = len(interfaces)
            target.write(_interface(*key))
        target.write(_packet(packet, interfaces[key]))


def read(source: Source) -> list[Packet]:
    """Return the packets of a path or of a file opened for binary reading; linktype is known.

    Raises:
        Truncated: the file stops within a block. Malformed: it is no pcapng file.
    """
    if isinstance(source, str | os.PathLike):
        with open(source, "rb") as file:
            return read(file)
    return list(packets(source.read()))


def packets(data: bytes) -> Iterator[Packet]:
    """Yield the packets of a file that is in memory, as `read` does: those before an error, too."""
    return _Reader(data).packets()


def _packet(packet: Packet, interface: int) -> bytes:
    if not 0 <= packet.time_ns < 1 << 64:
        raise ValueError(f"expected nanoseconds from 1970 to 2554; got {packet.time_ns}")
    size = len(packet.data) if packet.original_length is None else packet.original_length
    high, low = divmod(packet.time_ns, 1 << 32)
    body = struct.pack("=IIIII", interface, high, low, len(packet.data), size)
    options = [(_COMMENT, packet.comment.encode())] if packet.comment else []
    if packet.direction:
        options.append((_FLAGS, struct.pack("=I", _WAYS.index(packet.direction))))
    return _block(_PACKET, body + _padded(packet.data) + _options(*options))


def _interface(name: str, linktype: int) -> bytes:
    options = [(_IF_RESOLUTION, b"\x09")]  # 10 to the -9: nanoseconds
    if name:
        options.insert(0, (_IF_NAME, name.encode()))
    return _block(_INTERFACE, struct.pack("=HHI", linktype, 0, 0) + _options(*options))


def _options(*options: tuple[int, bytes]) -> bytes:
    for _, value in options:
        if len(value) > _LONGEST:
            raise ValueError(f"expected at most {_LONGEST:,} bytes of text; got {len(value):,}")
    parts = [struct.pack("=HH", code, len(value)) + _padded(value) for code, value in options]
    return b"".join(parts) + struct.pack("=HH", _END, 0) if parts else b""


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _block(kind: int, body: bytes) -> bytes:
    size = struct.pack("=I", len(body) + 12)
    return struct.pack("=I", kind) + size + body + size


@dataclass(frozen=True, slots=True)
class _Interface:
    name: str
    linktype: int
    ticks: int  # a second
    offset: int  # seconds
    snapped: int  # bytes that are kept of a packet; 0: all


class _Reader:
    """Walks over the blocks of one file, which may hold sections of either byte order."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.start = self.at = 0  # of this block and of the next
        self.order = ""
        self.interfaces: list[_Interface] = []

    def packets(self) -> Iterator[Packet]:
        if not self.data.startswith(b"\x0a\x0d\x0d\x0a"):
            got = f"the file begins with {self.data[:4].hex(' ')}" if self.data else "no bytes"
            raise Malformed(f"expected a pcapng file, which begins with 0a 0d 0d 0a; got {got}")
        while self.at < len(self.data):
            kind, body = self.block()
            try:
                if kind == _INTERFACE:
                    self.interfaces.append(self.interface(body))
                elif kind in (_PACKET, _OLD_PACKET):
                    yield self.packet(body, "IIIII" if kind == _PACKET else "HxxIIII")
                elif kind == _SIMPLE:
                    yield self.simple(body)
            except struct.error:
                raise self.wrong("its type's fields", f"{len(body)} bytes") from None

    def block(self) -> tuple[int, bytes]:
        start = self.start = self.at
        if len(self.data) - start < 12:
            raise Truncated(f"byte {start}: expected a block of 12 bytes or more; the file ends")
        if self.data.startswith(b"\x0a\x0d\x0d\x0a", start):
            self.section(self.data[start + 8 : start + 12])
        kind, size = struct.unpack_from(f"{self.order}II", self.data, start)
        if size < 12 or size % 4:
            raise self.wrong("a size from 12 in steps of 4", str(size))
        if len(self.data) - start < size:
            rest = len(self.data) - start
            raise Truncated(f"byte {start}: expected a block of {size} bytes, got {rest}")
        (again,) = struct.unpack_from(f"{self.order}I", self.data, start + size - 4)
        if again != size:
            raise self.wrong(f"its size {size} again at its end", str(again))
        self.at = start + size
        return kind, self.data[start + 8 : start + size - 4]

    def section(self, magic: bytes) -> None:
        orders = {struct.pack(f"{order}I", _MAGIC): order for order in "<>"}
        if magic not in orders:
            raise self.wrong("the mark of a byte order", magic.hex(" "))
        self.order = orders[magic]
        self.interfaces = []  # each section numbers its own

    def interface(self, body: bytes) -> _Interface:
        linktype, snapped = struct.unpack_from(f"{self.order}H2xI", body)
        options = self.options(body[8:])
        (resolution,) = options.get(_IF_RESOLUTION, b"\x06")[:1] or b"\x06"
        base, power = (2, resolution & 0x7F) if resolution & 0x80 else (10, resolution)
        offset = options.get(_IF_OFFSET, bytes(8))
        (seconds,) = struct.unpack(f"{self.order}q", offset)
        name = options.get(_IF_NAME, b"").decode(errors="replace")
        return _Interface(name, linktype, base**power, seconds, snapped)

    def packet(self, body: bytes, header: str) -> Packet:
        number, high, low, captured, size = struct.unpack_from(f"{self.order}{header}", body)
        data, rest = body[20 : 20 + captured], body[20 + captured + -captured % 4 :]
        interface = self.known(number)
        if len(data) < captured:
            raise self.wrong(f"{captured} bytes of a packet", str(len(data)))
        ns = (high << 32 | low) * _NANO // interface.ticks + interface.offset * _NANO
        options = self.options(rest)
        comment = options.get(_COMMENT, b"").decode(errors="replace")
        (flags,) = struct.unpack(f"{self.order}I", options.get(_FLAGS, bytes(4)))
        way = _WAYS[int(flags) & 3]
        return Packet(ns, data, interface.linktype, interface.name, size, comment, way)

    def simple(self, body: bytes) -> Packet:
        (size,) = struct.unpack_from(f"{self.order}I", body)
        interface = self.known(0)
        kept = min(size, interface.snapped or size)
        return Packet(0, body[4 : 4 + kept], interface.linktype, interface.name, size)

    def known(self, number: int) -> _Interface:
        if number >= len(self.interfaces):
            raise self.wrong(f"one of {len(self.interfaces)} interfaces", f"number {number}")
        return self.interfaces[number]

    def options(self, data: bytes) -> dict[int, bytes]:
        """Return the options by code; several comments are joined by line breaks."""
        found: dict[int, bytes] = {}
        at = 0
        while at + 4 <= len(data):
            code, size = struct.unpack_from(f"{self.order}HH", data, at)
            value = data[at + 4 : at + 4 + size]
            if code == _END:
                break
            if len(value) < size:
                raise self.wrong(f"an option of {size} bytes", str(len(value)))
            again = code == _COMMENT and code in found
            found[code] = found[code] + b"\n" + value if again else value
            at += 4 + size + -size % 4
        return found

    def wrong(self, expected: str, got: str) -> Malformed:
        return Malformed(f"byte {self.start}: expected a block with {expected}; got {got}")
