"""TFTP packets (RFC 1350, section 5) with options (RFC 2347); a DATA packet's bytes follow."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from netlib.dissect.header import Header, Internet, limit, named, need
from netlib.errors import Malformed, Truncated
from netlib.fields import Field

__all__ = ["TFTP"]

READ, WRITE, DATA, ACK, ERROR, OPTIONS = 1, 2, 3, 4, 5, 6
_NAMES = {READ: "RRQ", WRITE: "WRQ", DATA: "DATA", ACK: "ACK", ERROR: "ERROR", OPTIONS: "OACK"}


@dataclass(frozen=True, slots=True)
class TFTP(Header):
    """One TFTP packet, less the bytes of a DATA packet.

    Attributes:
        operation: 1 RRQ, 2 WRQ, 3 DATA, 4 ACK, 5 ERROR, 6 OACK.
        number: of the block in DATA and ACK, of the error in ERROR; else None.
        strings: in RRQ and WRQ file, mode and then options; in OACK options, each a name and
            a value; in ERROR the message.
    """

    operation: int
    number: int | None = None
    strings: tuple[bytes, ...] = ()

    label = "TFTP"

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        stop = limit(data, stop)
        need(2, start, stop, "the operation of a TFTP packet")
        operation = int.from_bytes(data[start : start + 2])
        if operation not in _NAMES:
            raise Malformed(f"TFTP: expected an operation from 1 to 6; got {operation}")
        number, start = None, start + 2
        if operation in (DATA, ACK, ERROR):
            need(2, start, stop, f"the number in a TFTP {_NAMES[operation]}")
            number, start = int.from_bytes(data[start : start + 2]), start + 2
        if operation in (DATA, ACK):
            return cls(operation, number)
        *strings, rest = data[start:stop].split(b"\0")
        if rest:
            raise Truncated(f"TFTP: expected a zero byte after every text; {rest[:20]!r} has none")
        count = len(strings)
        if operation == ERROR and count > 1:
            raise Malformed(f"TFTP: expected one text in an ERROR; got {count}")
        if operation == ERROR and count < 1:
            raise Truncated("TFTP: expected one text in an ERROR; got none")
        if operation != ERROR and (count % 2 or (operation != OPTIONS and not count)):
            raise Truncated(f"TFTP: expected texts in pairs in a {_NAMES[operation]}; got {count}")
        return cls(operation, number, tuple(strings))

    @classmethod
    def request(
        cls, file: str, *, write: bool = False, mode: str = "octet", **options: int | str
    ) -> Self:
        """Return an RRQ or WRQ: request("a.txt", blksize=1024)."""
        texts = [file, mode]
        for name, value in options.items():
            texts += name, str(value)
        return cls(WRITE if write else READ, None, tuple(text.encode() for text in texts))

    @property
    def size(self) -> int:
        return 2 + (0 if self.number is None else 2) + sum(len(text) + 1 for text in self.strings)

    def fields(self, start: int = 0) -> Iterator[Field]:
        shown = named(self.operation, _NAMES.get(self.operation))
        yield Field("tftp.opcode", start, start + 2, self.operation, shown)
        if self.operation == ERROR:
            yield Field("tftp.error.code", start + 2, start + 4, self.number)
        elif self.number is not None:
            yield Field("tftp.block", start + 2, start + 4, self.number)
        place = start + (2 if self.number is None else 4)
        for name, text in zip(self._string_names(), self.strings, strict=True):
            yield Field(name, place, place + len(text) + 1, _text(text))
            place += len(text) + 1

    def _string_names(self) -> list[str]:
        if self.operation == ERROR:
            return ["tftp.error.message"]
        names = ["tftp.option.name", "tftp.option.value"] * (len(self.strings) // 2)
        if self.operation in (READ, WRITE):
            side = "source" if self.operation == READ else "destination"
            names[:2] = f"tftp.{side}_file", "tftp.type"
        return names

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        number = b"" if self.number is None else self.number.to_bytes(2)
        texts = b"".join(text + b"\0" for text in self.strings)
        return self.operation.to_bytes(2) + number + texts + payload

    def line(self, payload: int) -> str:
        name = _NAMES.get(self.operation, f"operation {self.operation}")
        number = "" if self.number is None else f" {self.number}"
        texts = "".join(f" {_text(text)!r}" for text in self.strings)
        return f"{name}{number}{texts}" + (f" len={payload}" if self.operation == DATA else "")


def _text(data: bytes) -> str:
    return data.decode(errors="backslashreplace")
