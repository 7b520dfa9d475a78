"""netlib.dissect on bytes that nobody chose: always a Frame or a WireError, always in time."""

import contextlib
import string
import sys
import time
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netlib.dissect import (
    ARP,
    DHCP,
    DNS,
    HTTP,
    ICMP,
    TCP,
    TFTP,
    UDP,
    VLAN,
    Authentication,
    Cooked,
    Cooked2,
    DHCPOption,
    DNSOverTCP,
    Ethernet,
    Fragment,
    Frame,
    Header,
    HopByHop,
    ICMPv6,
    IPv4,
    IPv6,
    IPv6Option,
    Loopback,
    Name,
    NDOption,
    Option,
    Question,
    Record,
    Routing,
    build,
    dissect,
)
from netlib.dissect.addresses import ipv6_text
from netlib.dissect.layers import walk
from netlib.dissect.names import ROOT
from netlib.dissect.options import padded
from netlib.dissect.quick import quick_line
from netlib.errors import Malformed, Truncated, WireError

MAC = "02:00:00:00:00:01"
V4, V6 = Ethernet(), Ethernet(type=0x86DD)
ASKED = (Question(Name.of("www.example.org")),)
ANSWERS = (
    Record(Name("www.example.org", b"\xc0\x0c"), 5, b"\1a\xc0\x10", 300),
    Record(ROOT, 6, b"\0\0" + bytes(20)),
    Record(ROOT, 16, b"\3one\3two"),
    Record(ROOT, 15, b"\0\1\0"),
    Record(ROOT, 33, bytes(7)),
    Record(ROOT, 41, b"\0\x0a\0\2ab", class_=1232),
)
LEASE = (
    DHCPOption(53, b"\1"),
    DHCPOption(1, bytes(4)),
    DHCPOption(51, bytes(4)),
    DHCPOption(12, b"anna"),
    DHCPOption(255),
)


def ip(protocol: int, **more: object) -> IPv4:
    return IPv4("192.0.2.1", "192.0.2.2", protocol, **more)  # type: ignore[arg-type]


SEEDS = [
    build(V4, ip(17), UDP(4000, 5000), b"payload"),
    build(V4, ip(17), UDP(4000, 53), DNS(7, questions=ASKED)),
    build(V4, ip(17), UDP(53, 4000), DNS(7, 0x8180, ASKED, ANSWERS)),
    build(V4, ip(17), UDP(68, 67), DHCP(1, 9, MAC, LEASE)),
    build(V4, ip(17), UDP(4000, 69), TFTP.request("file", blksize=9)),
    build(V4, ip(6), TCP(4000, 80, options=padded(Option(2, b"\1\2"))), HTTP((b"GET / HTTP/1.1",))),
    build(V4, ip(6), TCP(53, 4000), DNSOverTCP(7, 0x8180, ASKED, ANSWERS)),
    build(V4, ip(6, options=padded(Option(7, bytes(5)))), TCP(1, 2), b"x"),
    build(V4, ip(1), ICMP.echo(1, 2), bytes(20)),
    build(V4, ip(17, flags=1), UDP(4000, 5000), bytes(8)),
    build(V4, ip(1), ICMP(3, 3), ip(17), UDP(4000, 53), DNS(7, questions=ASKED)),
    build(Ethernet(type=0x8100), VLAN(7), ip(17), UDP(1, 2)) + bytes(9),
    build(Ethernet(type=0x806), ARP(1, MAC, "0.0.0.0", MAC, "0.0.0.0")),
    build(V6, IPv6("::1", "::2", 58), ICMPv6(135, 0, bytes(20), (NDOption(1, bytes(6)),))),
    build(
        V6,
        IPv6("::1", "::2", 0),
        HopByHop(43, (IPv6Option(1, bytes(4)),)),
        Routing(44, 0, 1),
        Fragment(17, 0, False, 7),
        UDP(1, 2),
    ),
    build(V6, IPv6("::1", "::2", 51), Authentication(17, 1, 2, bytes(12)), UDP(1, 2)),
    build(V4, ip(6, length=0), TCP(4000, 8080), HTTP((b"GET / HTTP/1.1",))),
]  # fmt: skip


def look(data: bytes, **how: int) -> Frame | None:
    """Dissect data and look at everything; None if it is not well-formed."""
    try:
        frame = dissect(data, **how)
    except (Truncated, Malformed):
        return None
    assert "\n" not in frame.summary() and frame.summary().isprintable()
    assert all(0 <= field.start <= field.stop <= len(data) for field in frame.fields)
    assert frame.table() and frame._repr_mimebundle_()
    assert all(type(note) is str for note in frame.notes)
    return frame


def check(data: bytes) -> None:
    """Everything that holds for any bytes whatever."""
    strict = look(data)
    snapped = look(data, snapped=True)
    lenient = look(data, lenient=True)
    assert lenient is not None
    if strict is not None:
        assert build(*strict.headers) == data
        assert strict.error is None
        assert snapped is not None and snapped.layers == strict.layers == lenient.layers
    for frame in (snapped, lenient):
        if frame is not None:
            assert build(*frame.headers) == data
    # The short way says exactly what the long way says, and nothing where that fails.
    line = quick_line(data)
    if line is not None:
        assert strict is not None
        assert line == Frame(data, walk(data, (), {})).summary()


@given(st.binary(max_size=200))
@example(b"")
def test_any_bytes_are_a_frame_or_a_wire_error(data: bytes) -> None:
    check(data)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A frame that was well-formed before some of its bytes were changed, taken or added."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(12, len(data)))
        match draw(st.sampled_from(("change", "cut", "insert", "end"))):
            case "change":
                data[place : place + 1] = draw(st.binary(min_size=1, max_size=2))
            case "cut":
                del data[place : place + draw(st.integers(1, 20))]
            case "insert":
                data[place:place] = draw(st.binary(max_size=9))
            case "end":
                del data[place:]
    return bytes(data)


@settings(max_examples=400)
@given(mutated())
@example(
    SEEDS[10][:17] + bytes((SEEDS[10][17] + 6,)) + SEEDS[10][18:] + b"\0\1\0\2\0\3"
)  # RFC 4884
@example(build(Ethernet(type=0x8100), VLAN(7, 0)) + bytes(30))
def test_mutations_of_frames_are_frames_or_wire_errors(data: bytes) -> None:
    check(data)


@given(st.sampled_from(SEEDS), st.data())
def test_every_single_byte_may_be_any(seed: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(seed) - 1))
    value = data.draw(st.integers(0, 255))
    check(seed[:place] + bytes((value,)) + seed[place + 1 :])


@given(st.sampled_from((0, 12, 101, 108, 113, 127, 228, 229, 276)), st.binary(max_size=100))
def test_any_bytes_of_any_link_too(link: int, data: bytes) -> None:
    for tail in (data, SEEDS[0][14:] + data):
        frame = look(tail, lenient=True, link=link)
        assert frame is not None
        assert build(*frame.headers) == tail


@pytest.mark.parametrize(
    "kind",
    [
        DNS,
        DNSOverTCP,
        DHCP,
        TFTP,
        HTTP,
        TCP,
        ICMPv6,
        IPv4,
        HopByHop,
        Loopback,
        Cooked,
        Cooked2,
        Authentication,
    ],
)
@given(data=st.binary(max_size=300))
def test_a_header_from_any_bytes_gives_them_back(kind: type[Header], data: bytes) -> None:
    with contextlib.suppress(WireError):
        header = kind.parse(data)
        list(header.fields())
        header.line(0)
        assert bytes(header) == data[: header.size]


# ---------------------------------------------------------------- built from any values
byte, word, long = st.integers(0, 0xFF), st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)
mac = st.binary(min_size=6, max_size=6).map(lambda raw: raw.hex(":"))
ipv4 = st.ip_addresses(v=4).map(str)
ipv6 = st.binary(min_size=16, max_size=16).map(ipv6_text)
label = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=20)
name = st.lists(label, max_size=6).map(".".join).map(Name.of)
option = st.builds(Option, st.integers(2, 255), st.binary(max_size=8))
options = st.lists(option, max_size=3).map(lambda some: padded(*some))
some_text = st.binary(min_size=1, max_size=20).filter(lambda text: 0 not in text)
free_port = word.filter(lambda port: port not in (53, 67, 68, 69, 80, 8080))
# Of classes that nobody reads: any other would have to hold what its type says.
record = st.builds(Record, name, st.integers(60000, 65000), st.binary(max_size=20), long, word)
message = st.builds(
    DNS,
    word,
    word,
    st.lists(st.builds(Question, name, word, word), max_size=2).map(tuple),
    *[st.lists(record, max_size=2).map(tuple)] * 3,
)
dhcp = st.builds(
    DHCP,
    byte,
    long,
    mac,
    st.lists(st.builds(DHCPOption, st.integers(1, 254), st.binary(max_size=9)), max_size=4).map(
        tuple
    ),
    *[ipv4] * 4,
    word,
    word,
    byte,
    st.binary(min_size=64, max_size=64),
    st.binary(min_size=128, max_size=128),
)
tftp = st.one_of(
    st.builds(TFTP, st.sampled_from((3, 4)), word),
    st.builds(TFTP, st.just(5), word, st.tuples(some_text)),
    st.builds(TFTP, st.sampled_from((1, 2, 6)), st.none(), st.tuples(*[some_text] * 4)),
)
v4 = st.builds(
    IPv4, ipv4, ipv4, st.just(17), byte, word, byte, st.sampled_from((0, 2, 4)), st.just(0), options
)
v6 = st.builds(IPv6, ipv6, ipv6, st.just(17), byte, byte, st.integers(0, 0xFFFFF))
segment = st.builds(
    TCP,
    free_port,
    free_port,
    long,
    long,
    st.integers(0, 511),
    word,
    options,
    word,
    st.integers(0, 7),
)
over_udp = st.one_of(
    st.tuples(st.builds(UDP, st.just(4000), st.just(53)), message),
    st.tuples(st.builds(UDP, st.just(68), st.just(67)), dhcp),
    st.tuples(st.builds(UDP, st.just(4000), st.just(69)), tftp),
    st.tuples(st.builds(UDP, free_port, free_port), st.binary(min_size=1, max_size=30)),
)  # fmt: skip


@given(mac, mac, st.one_of(v4, v6), over_udp)
def test_what_is_built_is_dissected_into_the_same(
    source: str, destination: str, ip: IPv4 | IPv6, inside: tuple[UDP, Header | bytes]
) -> None:
    kind = 0x0800 if isinstance(ip, IPv4) else 0x86DD
    headers = (Ethernet(destination, source, kind), ip, *inside)
    frame = dissect(build(*headers))
    assert _without_computed(frame.headers) == _without_computed(headers)
    assert build(*frame.headers) == frame.data
    assert set(frame["udp.checksum.status"]) == {"good"}
    assert frame.notes == ()


@given(ipv4, ipv4, segment, st.binary(min_size=1, max_size=30))
def test_segments_too(source: str, destination: str, tcp: TCP, payload: bytes) -> None:
    headers = (Ethernet(), IPv4(source, destination, 6), tcp, payload)
    frame = dissect(build(*headers))
    assert _without_computed(frame.headers) == _without_computed(headers)
    assert frame["tcp.checksum.status"] == ["good"]


def _without_computed(headers: tuple[Header | bytes, ...]) -> list[object]:
    return [
        replace(
            header,
            **{name: None for name in ("length", "checksum") if hasattr(header, name)},
        )
        if hasattr(header, "checksum") or hasattr(header, "length")
        else header
        for header in headers
    ]


# ---------------------------------------------------------------- never quadratic
def in_udp(port: int, payload: bytes) -> bytes:
    return build(V4, ip(17), UDP(4000, port), payload[:65000])


def nested_errors(size: int) -> bytes:
    data = b""
    while len(data) < size:
        data = build(ip(1, checksum=0, length=65535), ICMP(3, checksum=0)) + data
    return build(V4, data)


def chained(size: int) -> bytes:
    """Names that are nothing but a pointer, the most of them to the end of a long chain."""
    count = size // 6
    places = (12, *(17 + 6 * min(before, 119) for before in range(count - 2)))
    names = b"".join((0xC000 | place).to_bytes(2) + bytes(4) for place in places)
    return bytes(4) + count.to_bytes(2) + bytes(6) + b"\0" + bytes(4) + names


WORST = {
    "VLAN tags": lambda n: build(Ethernet(type=0x8100), b"\0\7\x81\0" * (n // 4) + b"\0\7\x88\xb5"),
    "extension headers": lambda n: build(
        V6, IPv6("::1", "::2", 60, length=n), (b"\x3c\0\1\4\0\0\0\0" * n)[: n // 8 * 8]
    ),
    "nested errors": nested_errors,
    "texts": lambda n: in_udp(53, DNS(7, answers=(Record(ROOT, 16, b"\1a" * (n // 2)),)).build()),
    "questions": lambda n: in_udp(53, DNS(7, questions=(Question(ROOT),) * (n // 5)).build()),
    "pointers": lambda n: in_udp(53, chained(n // 5)),
    "DHCP options": lambda n: in_udp(
        67, DHCP(1, 1, MAC, (DHCPOption(12, b"a"),) * (n // 3)).build()
    ),
    "TFTP texts": lambda n: in_udp(69, b"\0\1" + b"a\0" * (n // 2)),
    "HTTP headers": lambda n: build(
        V4, ip(6, length=40 + n), TCP(1, 80), (b"GET / HTTP/1.1\r\n" + b"a:\r\n" * n)[:n]
    ),
    "blanks": lambda n: build(
        V4, ip(6, length=40 + n), TCP(1, 80), b"GET / HTTP/1.1\r\na:" + b" " * (n - 21) + b"b\r\n"
    ),
    "discovery": lambda n: build(
        V6, IPv6("::1", "::2", 58), ICMPv6(133, 0, bytes(4), (NDOption(9, bytes(6)),) * (n // 8))
    ),
    "zeros": lambda n: build(V4, ip(17, length=20 + n), UDP(1, 2, n), bytes(n)),
}  # fmt: skip


@pytest.mark.parametrize("kind", WORST)
def test_twice_the_bytes_are_about_twice_the_work(kind: str) -> None:
    half, whole = (WORST[kind](size) for size in (10000, 20000))
    calls = [_calls(data) for data in (half, whole)]
    assert calls[1] < 3 * calls[0] + 3000
    began = time.process_time()

    frame = dissect(whole, lenient=True)
    frame.summary()
    assert len(frame.fields) < 200_000
    assert time.process_time() - began < 20  # it takes less than one; only squares take longer


def _calls(data: bytes) -> int:
    """Return how many calls it takes to dissect data: no clock, so no noise."""
    count = 0

    def profile(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(profile)
    try:
        frame = dissect(data, lenient=True)
        frame.summary()
        assert frame.fields
    finally:
        sys.setprofile(None)
    return count
