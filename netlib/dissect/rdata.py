"""What the records of DNS say, by their type (RFC 1035, 3.3; RFC 3596, 2782, 6891)."""

import struct
from collections.abc import Iterator

from netlib.dissect.addresses import ipv4_text, ipv6_text
from netlib.dissect.header import need
from netlib.dissect.names import read_name
from netlib.errors import Malformed
from netlib.fields import Field

__all__ = ["OPT", "TYPES", "rdata_fields"]

A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV, OPT = 1, 2, 5, 6, 12, 15, 16, 28, 33, 41
TYPES = {
    A: "A", NS: "NS", CNAME: "CNAME", SOA: "SOA", PTR: "PTR", MX: "MX", TXT: "TXT",
    AAAA: "AAAA", SRV: "SRV", 35: "NAPTR", OPT: "OPT", 43: "DS", 46: "RRSIG", 48: "DNSKEY",
    65: "HTTPS", 252: "AXFR", 255: "ANY", 257: "CAA",
}  # fmt: skip
_ONE_NAME = {NS: "dns.ns", CNAME: "dns.cname", PTR: "dns.ptr.domain_name"}
_SRV = struct.Struct("!HHH")  # priority, weight, port
_SOA = struct.Struct("!IIIII")
_SOA_NAMES = ("serial_number", "refresh_interval", "retry_interval", "expire_limit", "minimum_ttl")


def rdata_fields(message: bytes, start: int, stop: int, type: int) -> Iterator[Field]:
    """Yield the fields of one record's data; they count from the message's first byte.

    Raises:
        Truncated, Malformed: the data is not what a record of that type holds.
    """
    fields = list(_fields(message, start, stop, type))
    end = fields[-1].stop if fields else start
    if end != stop:
        raise Malformed(
            f"DNS: expected the data of a record of type {TYPES.get(type, type)} to be "
            f"{end - start} bytes; it is {stop - start}"
        )
    yield from fields


def _fields(message: bytes, start: int, stop: int, type: int) -> Iterator[Field]:
    if type == A:
        need(4, start, stop, "the data of a DNS record of type A")
        yield Field("dns.a", start, start + 4, ipv4_text(message[start : start + 4]))
    elif type == AAAA:
        need(16, start, stop, "the data of a DNS record of type AAAA")
        yield Field("dns.aaaa", start, start + 16, ipv6_text(message[start : start + 16]))
    elif type in _ONE_NAME:
        yield _name(_ONE_NAME[type], message, start)
    elif type == MX:
        need(2, start, stop, "the data of a DNS record of type MX")
        preference = int.from_bytes(message[start : start + 2])
        yield Field("dns.mx.preference", start, start + 2, preference)
        yield _name("dns.mx.mail_exchange", message, start + 2)
    elif type == TXT:
        yield from _texts(message, start, stop)
    elif type == SOA:
        yield (primary := _name("dns.soa.mname", message, start))
        yield (mailbox := _name("dns.soa.rname", message, primary.stop))
        need(_SOA.size, mailbox.stop, stop, "the data of a DNS record of type SOA")
        numbers = _SOA.unpack_from(message, mailbox.stop)
        for place, (name, number) in enumerate(zip(_SOA_NAMES, numbers, strict=True)):
            first = mailbox.stop + 4 * place
            yield Field(f"dns.soa.{name}", first, first + 4, number)
    elif type == SRV:
        need(_SRV.size, start, stop, "the data of a DNS record of type SRV")
        priority, weight, port = _SRV.unpack_from(message, start)
        yield Field("dns.srv.priority", start, start + 2, priority)
        yield Field("dns.srv.weight", start + 2, start + 4, weight)
        yield Field("dns.srv.port", start + 4, start + 6, port)
        yield _name("dns.srv.target", message, start + 6)
    elif type == OPT:
        yield from _extensions(message, start, stop)
    elif start < stop:
        yield Field("dns.data", start, stop, message[start:stop], f"{stop - start} bytes")


def _name(field: str, message: bytes, start: int) -> Field:
    name = read_name(message, start)
    return Field(field, start, start + len(name.wire), name.text, name.text or "<Root>")


def _texts(message: bytes, start: int, stop: int) -> Iterator[Field]:
    while start < stop:  # RFC 1035, 3.3.14: each a byte of length and so many bytes
        length = message[start]
        need(1 + length, start, stop, "a text of a DNS record")
        text = message[start + 1 : start + 1 + length].decode(errors="backslashreplace")
        yield Field("dns.txt.length", start, start + 1, length)
        yield Field("dns.txt", start + 1, start + 1 + length, text)
        start += 1 + length


def _extensions(message: bytes, start: int, stop: int) -> Iterator[Field]:
    while start < stop:  # RFC 6891, 6.1.2: code, length, data
        need(4, start, stop, "an option of DNS")
        code, length = struct.unpack_from("!HH", message, start)
        need(4 + length, start, stop, "an option of DNS")
        yield Field("dns.opt.code", start, start + 2, code)
        yield Field("dns.opt.len", start + 2, start + 4, length)
        data = message[start + 4 : start + 4 + length]
        yield Field("dns.opt.data", start + 4, start + 4 + length, data)
        start += 4 + length
