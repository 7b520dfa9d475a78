"""TCP headers with their options (RFC 9293, section 3.1); streams are not put together here."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from netlib.dissect.checksum import internet_checksum
from netlib.dissect.header import Header, Internet, limit, named, need
from netlib.dissect.ipv4 import TCP_PROTOCOL
from netlib.dissect.options import END, NOTHING, Option, pack, places, unpack
from netlib.errors import Malformed
from netlib.fields import Field

__all__ = ["FLAGS_TEXTS", "TCP", "max_segment_size", "timestamps", "window_scale"]

FIN, SYN, RST, PSH, ACK, URG, ECE, CWR, AE = (1 << bit for bit in range(9))
_FLAGS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE")  # from bit 0 on
MSS, WINDOW_SCALE, SACK_PERMITTED, SACK, TIMESTAMPS = 2, 3, 4, 5, 8
_OPTIONS = {
    END: "end of options",
    NOTHING: "no operation",
    MSS: "maximum segment size",
    WINDOW_SCALE: "window scale",
    SACK_PERMITTED: "SACK permitted",
    SACK: "SACK",
    TIMESTAMPS: "timestamps",
}

# ports; sequence number; acknowledgement number; data offset, reserved bits and flags;
# window, checksum, urgent pointer
_FORMAT = struct.Struct("!HHIIHHHH")
FLAGS_TEXTS = tuple(
    ", ".join(name for bit, name in enumerate(_FLAGS) if flags >> bit & 1) for flags in range(512)
)
"""The names of the flags that are set, as tshark orders them: FLAGS_TEXTS[18] is "SYN, ACK"."""


@dataclass(frozen=True, slots=True)
class TCP(Header):
    """The header of one TCP segment.

    Attributes:
        sequence: number of the first byte of the payload, as it is on the wire.
        acknowledgement: number of the next byte that is expected, if ACK is set.
        flags: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128, AE 256.
        window: bytes, before scaling.
        options: whole 32-bit words (see netlib.dissect.options.padded).
        reserved: three bits that mean nothing.
        checksum: over addresses, header and payload; None: to be computed.
    """

    source_port: int
    destination_port: int
    sequence: int = 0
    acknowledgement: int = 0
    flags: int = SYN
    window: int = 65535
    options: tuple[Option, ...] = ()
    urgent: int = 0
    reserved: int = 0
    checksum: int | None = None

    label = "TCP"

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        stop = limit(data, stop)
        need(_FORMAT.size, start, stop, "a TCP header")
        (
            source, destination, sequence, acknowledgement, bits, window, checksum, urgent,
        ) = _FORMAT.unpack_from(data, start)  # fmt: skip
        size = (bits >> 12) * 4
        if size < _FORMAT.size:
            raise Malformed(f"TCP: expected a header of 20 to 60 bytes; got {size}")
        need(size, start, stop, "a TCP header with options")
        options = unpack(data, start + _FORMAT.size, start + size, "TCP")
        return cls(
            source,
            destination,
            sequence,
            acknowledgement,
            bits & 0x1FF,
            window,
            options,
            urgent,
            bits >> 9 & 7,
            checksum,
        )

    @property
    def size(self) -> int:
        return _FORMAT.size + sum(option.size for option in self.options)

    def fields(self, start: int = 0) -> Iterator[Field]:
        size = self.size
        yield Field("tcp.srcport", start, start + 2, self.source_port)
        yield Field("tcp.dstport", start + 2, start + 4, self.destination_port)
        yield Field("tcp.seq", start + 4, start + 8, self.sequence)
        yield Field("tcp.ack", start + 8, start + 12, self.acknowledgement)
        yield Field("tcp.hdr_len", start + 12, start + 13, size, f"{size} bytes")
        flags = self.reserved << 9 | self.flags
        yield Field(
            "tcp.flags", start + 12, start + 14, flags, f"0x{flags:03x} ({FLAGS_TEXTS[self.flags]})"
        )
        yield Field("tcp.flags.res", start + 12, start + 13, bool(self.reserved))
        for bit in reversed(range(len(_FLAGS))):
            name, first = _FLAG_FIELDS[bit], start + (12 if bit == 8 else 13)
            yield Field(name, first, first + 1, bool(self.flags >> bit & 1))
        yield Field(
            "tcp.window_size_value", start + 14, start + 16, self.window, f"{self.window} bytes"
        )
        yield Field(
            "tcp.checksum", start + 16, start + 18, self.checksum, f"0x{self.checksum or 0:04x}"
        )
        yield Field("tcp.urgent_pointer", start + 18, start + 20, self.urgent)
        for option, place in places(self.options, start + 20):
            yield from _option_fields(option, place)

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        size = self.size
        if size % 4 or size > 60:
            raise ValueError(
                f"expected options of whole 32-bit words, 40 bytes at most; got {size - 20} bytes"
            )
        parts = [
            self.source_port,
            self.destination_port,
            self.sequence,
            self.acknowledgement,
            size << 10 | self.reserved << 9 | self.flags,  # the size counts words of 4 bytes
            self.window,
            self.checksum or 0,
            self.urgent,
        ]
        rest = pack(self.options) + payload
        if self.checksum is None and ip is not None:
            above = ip.pseudo_header(TCP_PROTOCOL, _FORMAT.size + len(rest))
            parts[6] = internet_checksum(above + _FORMAT.pack(*parts) + rest)
        return _FORMAT.pack(*parts) + rest

    def line(self, payload: int) -> str:
        ack = f" ack={self.acknowledgement}" if self.flags & ACK else ""
        return (
            f"{self.source_port} > {self.destination_port} [{FLAGS_TEXTS[self.flags]}] "
            f"seq={self.sequence}{ack} win={self.window} len={payload}"
        )


def max_segment_size(size: int) -> Option:
    """Return the option that says how many bytes of payload we take at once (RFC 9293, 3.2)."""
    return Option(MSS, struct.pack("!H", size))


def window_scale(shift: int) -> Option:
    """Return the option that says by how many bits to shift our windows (RFC 7323, 2.2)."""
    return Option(WINDOW_SCALE, bytes((shift,)))


def timestamps(value: int, echo: int) -> Option:
    """Return the option that carries our clock and the peer's last one (RFC 7323, 3.2)."""
    return Option(TIMESTAMPS, struct.pack("!II", value, echo))


_FLAG_FIELDS = tuple(
    f"tcp.flags.{name}"
    for name in ("fin", "syn", "reset", "push", "ack", "urg", "ece", "cwr", "ae")
)


def _option_fields(option: Option, start: int) -> Iterator[Field]:
    data, place = option.data, start + 2
    yield Field(
        "tcp.option_kind",
        start,
        start + 1,
        option.kind,
        named(option.kind, _OPTIONS.get(option.kind)),
    )
    if option.kind in (END, NOTHING):
        return
    yield Field("tcp.option_len", start + 1, start + 2, option.size, f"{option.size} bytes")
    if option.kind == MSS and len(data) == 2:
        size = int.from_bytes(data)
        yield Field("tcp.options.mss_val", place, place + 2, size, f"{size} bytes")
    elif option.kind == WINDOW_SCALE and len(data) == 1:
        yield Field("tcp.options.wscale.shift", place, place + 1, data[0], f"times {1 << data[0]}")
    elif option.kind == TIMESTAMPS and len(data) == 8:
        value, echo = struct.unpack("!II", data)
        yield Field("tcp.options.timestamp.tsval", place, place + 4, value)
        yield Field("tcp.options.timestamp.tsecr", place + 4, place + 8, echo)
    elif option.kind == SACK and len(data) % 8 == 0:
        for at in range(0, len(data), 8):
            left, right = struct.unpack_from("!II", data, at)
            yield Field("tcp.options.sack_le", place + at, place + at + 4, left)
            yield Field("tcp.options.sack_re", place + at + 4, place + at + 8, right)
