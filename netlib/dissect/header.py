"""What every header can do: be read from bytes, name its fields, be written as bytes again."""

from collections.abc import Iterator
from typing import ClassVar, Protocol, Self

from netlib.errors import Truncated
from netlib.fields import Field

__all__ = ["Data", "Header", "Internet", "limit", "named", "need"]


class Internet(Protocol):
    """The IP header above a transport: the part of it that their checksums cover."""

    def pseudo_header(self, protocol: int, length: int) -> bytes:
        """Return the bytes that are summed before length bytes of a transport."""


class Header:
    """One protocol's part of a frame, as a frozen value; what follows it is its payload."""

    __slots__ = ()

    label: ClassVar[str]
    """How people call the protocol: "IPv4"."""

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        """Return the header whose first byte is data[start]; nothing from data[stop] is read.

        Raises:
            Truncated, Malformed: there is no such header.
        """
        raise NotImplementedError

    @classmethod
    def begins(cls, data: bytes, start: int, stop: int) -> bool:
        """Whether such a header stands in these bytes of a TCP stream, not the middle of one."""
        return True

    @property
    def size(self) -> int:
        """Bytes of the header itself."""
        raise NotImplementedError

    @property
    def extent(self) -> int | None:
        """Bytes of header and payload together; None: all that there are."""
        return None

    def fields(self, start: int = 0) -> Iterator[Field]:
        """Yield what tshark would show of a header at start, by tshark's names, in order."""
        raise NotImplementedError

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        """Return header and payload as bytes; a length or checksum that is None is computed.

        Args:
            ip: the IP header above; without it a checksum that would cover it is 0.
        """
        raise NotImplementedError

    def line(self, payload: int) -> str:
        """Return what a one-line summary says of this header and its payload's bytes."""
        raise NotImplementedError

    def __bytes__(self) -> bytes:
        return self.build()


class Data(Header, bytes):
    """Bytes that nothing here takes apart."""

    __slots__ = ()
    label = "Data"

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        return cls(data[start:stop])

    @property
    def size(self) -> int:
        return len(self)

    def fields(self, start: int = 0) -> Iterator[Field]:
        yield Field("data.data", start, start + len(self), bytes(self), f"{len(self)} bytes")

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        return b"".join((self, payload))

    def line(self, payload: int) -> str:
        return f"{len(self) + payload} bytes"


def limit(data: bytes, stop: int | None) -> int:
    """Return where reading must stop."""
    return len(data) if stop is None else min(stop, len(data))


def named(value: int, name: str | None) -> str:
    """Return how a reader wants to see a number that has a name: "17 (UDP)"; without, nothing."""
    return f"{value} ({name})" if name else ""


def need(size: int, start: int, stop: int, what: str) -> None:
    """Raise Truncated unless size bytes stand between start and stop."""
    if stop - start < size:
        raise Truncated(f"{what}: expected {size} bytes, got {max(stop - start, 0)}")
