"""DNS messages (RFC 1035, section 4), over UDP and, with a length before them, over TCP."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from netlib.dissect.header import Header, Internet, limit, named, need
from netlib.dissect.names import Name, read_name
from netlib.dissect.rdata import OPT, TYPES, rdata_fields
from netlib.errors import Malformed, Truncated
from netlib.fields import Field

__all__ = ["DNS", "DNSOverTCP", "Question", "Record"]

_HEADER = struct.Struct("!6H")  # identification, flags, and how many entries each section has
_QUESTION = struct.Struct("!HH")  # type, class
_RECORD = struct.Struct("!HHIH")  # type, class, time to live, bytes of data
RESPONSE, RECURSION_DESIRED = 0x8000, 0x0100
_FLAGS = (  # name, shift, mask, whether queries have it too (RFC 1035, 4.1.1; RFC 4035, 3.2)
    ("response", 15, 1, True),
    ("opcode", 11, 15, True),
    ("authoritative", 10, 1, False),
    ("truncated", 9, 1, True),
    ("recdesired", 8, 1, True),
    ("recavail", 7, 1, False),
    ("z", 6, 1, True),
    ("authenticated", 5, 1, True),
    ("checkdisable", 4, 1, True),
    ("rcode", 0, 15, False),
)
_SHOWN = 4  # answers in a summary; how many more there are is said
_RCODES = {0: "no error", 1: "format error", 2: "server failure", 3: "no such name", 5: "refused"}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: type 1 is an IPv4 address, 28 an IPv6 address; class 1 the Internet."""

    name: Name
    type: int = 1
    class_: int = 1

    @property
    def size(self) -> int:
        return len(self.name.wire) + _QUESTION.size


@dataclass(frozen=True, slots=True)
class Record:
    """One resource record (RFC 1035, 4.1.3).

    Attributes:
        ttl: seconds it may be remembered.
        data: its bytes on the wire; a name in it may point into the message.
    """

    name: Name
    type: int
    data: bytes
    ttl: int = 0
    class_: int = 1

    @property
    def size(self) -> int:
        return len(self.name.wire) + _RECORD.size + len(self.data)


@dataclass(frozen=True, slots=True)
class DNS(Header):
    """One DNS message; nothing follows it.

    Attributes:
        flags: 0x8000 marks an answer, 0x0100 wants recursion; the lowest 4 bits are the error.
    """

    identification: int
    flags: int = RECURSION_DESIRED
    questions: tuple[Question, ...] = ()
    answers: tuple[Record, ...] = ()
    authorities: tuple[Record, ...] = ()
    additional: tuple[Record, ...] = ()

    label = "DNS"
    prefix = 0  # bytes before the message

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        message = data[start + cls.prefix : limit(data, stop)]
        need(_HEADER.size, 0, len(message), "the header of a DNS message")
        identification, flags, *counts = _HEADER.unpack_from(message)
        place = _HEADER.size
        questions: list[Question] = []
        for _ in range(counts[0]):
            name = read_name(message, place)
            place += len(name.wire)
            need(_QUESTION.size, place, len(message), "a question of a DNS message")
            questions.append(Question(name, *_QUESTION.unpack_from(message, place)))
            place += _QUESTION.size
        sections: list[tuple[Record, ...]] = []
        for count in counts[1:]:
            records: list[Record] = []
            for _ in range(count):
                records.append(_record(message, place))
                place += records[-1].size
            sections.append(tuple(records))
        if place != len(message):
            raise Malformed(
                f"DNS: expected a message of {place} bytes, as it counts; got {len(message)}"
            )
        return cls(identification, flags, tuple(questions), *sections)

    @property
    def size(self) -> int:
        asked = sum(question.size for question in self.questions)
        return self.prefix + _HEADER.size + asked + sum(one.size for one in self._records())

    def _records(self) -> tuple[Record, ...]:
        return self.answers + self.authorities + self.additional

    def _counts(self) -> tuple[int, int, int, int]:
        later = len(self.authorities), len(self.additional)
        return len(self.questions), len(self.answers), *later

    def fields(self, start: int = 0) -> Iterator[Field]:
        if self.prefix:
            yield Field("dns.length", start, start + self.prefix, self.size - self.prefix)
            start += self.prefix
        yield Field("dns.id", start, start + 2, self.identification, f"0x{self.identification:04x}")
        yield Field("dns.flags", start + 2, start + 4, self.flags, f"0x{self.flags:04x}")
        for name, shift, mask, everywhere in _FLAGS:
            if everywhere or self.flags & RESPONSE:
                value = self.flags >> shift & mask
                shown = named(value, _RCODES.get(value)) if name == "rcode" else ""
                plain = value if mask > 1 else bool(value)
                yield Field(f"dns.flags.{name}", start + 2, start + 4, plain, shown)
        for section, count in enumerate(self._counts()):
            name = ("queries", "answers", "auth_rr", "add_rr")[section]
            yield Field(
                f"dns.count.{name}", start + 4 + 2 * section, start + 6 + 2 * section, count
            )
        place = start + _HEADER.size
        for question in self.questions:
            yield from _question_fields(question, place)
            place += question.size
        message = self._message()
        for record, place in self._places(self._records()):
            yield from _record_fields(record, place + start, message, start)

    def _places(self, records: tuple[Record, ...]) -> Iterator[tuple[Record, int]]:
        """Yield records and where they begin in the message; answers are the first of all."""
        place = _HEADER.size + sum(question.size for question in self.questions)
        for record in records:
            yield record, place
            place += record.size

    def _message(self) -> bytes:
        parts = [_HEADER.pack(self.identification, self.flags, *self._counts())]
        for question in self.questions:
            parts += question.name.wire, _QUESTION.pack(question.type, question.class_)
        for record in self._records():
            fixed = _RECORD.pack(record.type, record.class_, record.ttl, len(record.data))
            parts += record.name.wire, fixed, record.data
        return b"".join(parts)

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        message = self._message()
        return (len(message).to_bytes(self.prefix) if self.prefix else b"") + message + payload

    def line(self, payload: int) -> str:
        asked = [f"{_type(one.type)} {one.name.text or '<Root>'}" for one in self.questions]
        if not self.flags & RESPONSE:
            return f"query 0x{self.identification:04x} {', '.join(asked)}".rstrip()
        error, message = self.flags & 15, self._message()
        shown = self._places(self.answers[:_SHOWN])
        said = [_answer(record, place, message) for record, place in shown]
        if len(self.answers) > _SHOWN:
            said.append(f"and {len(self.answers) - _SHOWN} more")
        if error:
            said = [_RCODES.get(error, f"error {error}")]
        return (
            f"answer 0x{self.identification:04x} {', '.join(asked)}: {', '.join(said) or 'nothing'}"
        )


class DNSOverTCP(DNS):
    """A DNS message after two bytes that hold its length (RFC 1035, 4.2.2)."""

    __slots__ = ()
    prefix = 2

    @classmethod
    def begins(cls, data: bytes, start: int, stop: int) -> bool:
        """Whether exactly one whole message stands there: a stream may be cut anywhere."""
        return stop - start > 2 and int.from_bytes(data[start : start + 2]) == stop - start - 2

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        stop = limit(data, stop)
        need(cls.prefix, start, stop, "the length of a DNS message")
        length = int.from_bytes(data[start : start + cls.prefix])
        need(length, start + cls.prefix, stop, "a DNS message, as its length says")
        return super().parse(data, start, start + cls.prefix + length)


def _record(message: bytes, place: int) -> Record:
    name = read_name(message, place)
    place += len(name.wire)
    need(_RECORD.size, place, len(message), "a record of a DNS message")
    type, class_, ttl, length = _RECORD.unpack_from(message, place)
    place += _RECORD.size
    need(length, place, len(message), "the data of a DNS record")
    try:
        for _ in rdata_fields(message, place, place + length, type):
            pass  # only to refuse what is not well-formed
    except Truncated as error:  # the record says how long it is: more would not help
        raise Malformed(str(error)) from None
    return Record(name, type, message[place : place + length], ttl, class_)


def _question_fields(question: Question, start: int) -> Iterator[Field]:
    place = start + len(question.name.wire)
    name = question.name.text
    yield Field("dns.qry.name", start, place, name, name or "<Root>")
    yield Field("dns.qry.type", place, place + 2, question.type, _shown(question.type))
    yield Field("dns.qry.class", place + 2, place + 4, question.class_)


def _record_fields(record: Record, start: int, message: bytes, base: int) -> Iterator[Field]:
    """Yield the fields of a record at start of a message at base."""
    place = start + len(record.name.wire)
    name = record.name.text
    yield Field("dns.resp.name", start, place, name, name or "<Root>")
    yield Field("dns.resp.type", place, place + 2, record.type, _shown(record.type))
    if record.type == OPT:  # RFC 6891, 6.1.2: it uses class and ttl for other things
        size, ttl = record.class_, record.ttl
        yield Field("dns.rr.udp_payload_size", place + 2, place + 4, size, f"{size} bytes")
        yield Field("dns.resp.ext_rcode", place + 4, place + 5, ttl >> 24)
        yield Field("dns.resp.edns0_version", place + 5, place + 6, ttl >> 16 & 0xFF)
        yield Field("dns.resp.z", place + 6, place + 8, ttl & 0xFFFF)
    else:
        yield Field("dns.resp.class", place + 2, place + 4, record.class_)
        yield Field("dns.resp.ttl", place + 4, place + 8, record.ttl, f"{record.ttl} s")
    place += _RECORD.size
    length = len(record.data)
    yield Field("dns.resp.len", place - 2, place, length, f"{length} bytes")
    inside = place - base
    for one in rdata_fields(message, inside, inside + length, record.type):
        yield Field(one.name, one.start + base, one.stop + base, one.value, one.text)


def _shown(type: int) -> str:
    return named(type, TYPES.get(type))


def _type(type: int) -> str:
    return TYPES.get(type, f"type {type}")


def _answer(record: Record, place: int, message: bytes) -> str:
    place += len(record.name.wire) + _RECORD.size
    fields = rdata_fields(message, place, place + len(record.data), record.type)
    return " ".join((_type(record.type), *(str(field.text or field.value) for field in fields)))
