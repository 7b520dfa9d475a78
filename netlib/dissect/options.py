"""Options of IPv4 (RFC 791, 3.1) and TCP (RFC 9293, 3.1): kind, length, data, one after another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from netlib.errors import Malformed

__all__ = ["END", "NOTHING", "Option", "pack", "padded", "places", "unpack"]

END, NOTHING = 0, 1  # the two kinds that are a single byte


@dataclass(frozen=True, slots=True)
class Option:
    """One option.

    Attributes:
        kind: 0-255.
        data: what follows kind and length; for END, the padding up to the header's end.
    """

    kind: int
    data: bytes = b""

    @property
    def size(self) -> int:
        """Bytes on the wire."""
        return len(self.data) + (1 if self.kind in (END, NOTHING) else 2)


def unpack(data: bytes, start: int, stop: int, what: str) -> tuple[Option, ...]:
    """Return the options between start and stop.

    Raises:
        Malformed: an option's length is below 2 or leads out of the header.
    """
    found = []
    while start < stop:
        kind = data[start]
        if kind == END:
            found.append(Option(END, data[start + 1 : stop]))
            break
        if kind == NOTHING:
            found.append(Option(NOTHING))
            start += 1
            continue
        length = data[start + 1] if start + 1 < stop else 0
        if not 2 <= length <= stop - start:
            raise Malformed(
                f"{what}: expected option {kind} to be 2 to {stop - start} bytes long; "
                f"its length is {length}"
            )
        found.append(Option(kind, data[start + 2 : start + length]))
        start += length
    return tuple(found)


def pack(options: Iterable[Option]) -> bytes:
    """Return the options as bytes; see padded()."""
    return b"".join(
        bytes((option.kind,)) + option.data
        if option.kind in (END, NOTHING)
        else bytes((option.kind, option.size)) + option.data
        for option in options
    )


def padded(*options: Option) -> tuple[Option, ...]:
    """Return the options, ended so that they fill whole 32-bit words, as headers need it."""
    short = -sum(option.size for option in options) % 4
    return (*options, Option(END, bytes(short - 1))) if short else options


def places(options: Iterable[Option], start: int) -> Iterator[tuple[Option, int]]:
    """Yield every option and where it begins, the first one at start."""
    for option in options:
        yield option, start
        start += option.size
