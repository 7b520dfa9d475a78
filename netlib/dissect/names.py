"""Domain names as they stand in DNS messages, pointers included (RFC 1035, 3.1 and 4.1.4)."""

from dataclasses import dataclass

from netlib.dissect.header import need
from netlib.errors import Malformed

__all__ = ["ROOT", "Name", "read_name"]

_MOST_LABEL, _MOST_NAME = 63, 255  # bytes (RFC 1035, 2.3.4)
_MOST_POINTERS = 127  # no name has more labels, so no honest name needs more


@dataclass(frozen=True, slots=True)
class Name:
    """A domain name at one place of a message.

    Attributes:
        text: "www.example.org", without a last dot; "" for the root. A dot or backslash in a
            label, and what is no printable ASCII, is escaped (RFC 1035, 5.1).
        wire: the bytes at that place: labels, then a zero byte or a pointer to an earlier name.
    """

    text: str
    wire: bytes

    @classmethod
    def of(cls, text: str) -> "Name":
        """Return "www.example.org" with no pointer in it.

        Raises:
            ValueError: a label is empty or over 63 bytes, or the whole over 255.
        """
        labels = [label.encode("ascii") for label in text.split(".")] if text else []
        wire = b"".join(bytes((len(label) & 0xFF,)) + label for label in labels) + b"\0"
        if not all(0 < len(label) <= _MOST_LABEL for label in labels) or len(wire) > _MOST_NAME:
            raise ValueError(f"expected labels of 1 to 63 bytes and 255 bytes in all; got {text!r}")
        return cls(text, wire)

    def pointing(self, labels: int, place: int) -> "Name":
        """Return the name with only its first labels spelled out, the rest found at place.

        place counts bytes from the start of the message; what stands there is not looked at.
        """
        at = 0
        for _ in range(labels):
            at += 1 + self.wire[at]
        return Name(self.text, self.wire[:at] + (0xC000 | place).to_bytes(2))


ROOT = Name("", b"\0")


def read_name(message: bytes, start: int) -> Name:
    """Return the name at start; pointers count from the message's first byte.

    Raises:
        Truncated: the message ends within the name.
        Malformed: a label is of no known kind, a name too long, or a pointer does not lead
            back, as RFC 1035, 4.1.4 wants it: those that do not may lead round for ever.
    """
    labels: list[str] = []
    place, size, pointers, after = start, 1, 0, 0
    while True:
        need(1, place, len(message), "a DNS name")
        length = message[place]
        if length == 0:
            return Name(".".join(labels), message[start : after or place + 1])
        if length <= _MOST_LABEL:
            need(1 + length, place, len(message), "a label of a DNS name")
            labels.append(_escaped(message[place + 1 : place + 1 + length]))
            place += 1 + length
            size += 1 + length
        elif length >= 0xC0:
            need(2, place, len(message), "a pointer in a DNS name")
            target = int.from_bytes(message[place : place + 2]) & 0x3FFF
            pointers += 1
            after = after or place + 2
            if target >= place or pointers > _MOST_POINTERS:
                raise Malformed(
                    f"DNS: expected a pointer to an earlier name, and {_MOST_POINTERS} of them "
                    f"at most; number {pointers}, at byte {place}, leads to byte {target}"
                )
            place = target
        else:
            raise Malformed(
                f"DNS: expected a label of up to 63 bytes or a pointer; byte {place} is "
                f"0x{length:02x}"
            )
        if size > _MOST_NAME:
            raise Malformed(
                f"DNS: expected a name of up to 255 bytes; at byte {start} is a longer one"
            )


def _escaped(label: bytes) -> str:
    if label.isalnum():  # nearly all are
        return label.decode("ascii")
    return "".join(
        f"\\{chr(byte)}" if byte in b".\\" else chr(byte) if 32 < byte < 127 else f"\\{byte:03d}"
        for byte in label
    )
