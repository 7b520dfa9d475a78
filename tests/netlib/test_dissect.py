"""netlib.dissect: frames taken apart and built, exactly, and what is said of wrong ones."""

import re

import pytest
from hypothesis import given
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
    Data,
    DHCPOption,
    DNSOverTCP,
    Ethernet,
    Header,
    ICMPv6,
    IPv4,
    IPv6,
    Name,
    NDOption,
    Option,
    Question,
    Record,
    build,
    dissect,
    internet_checksum,
)
from netlib.dissect.icmpv6 import neighbour_solicitation
from netlib.dissect.names import ROOT, read_name
from netlib.dissect.options import padded
from netlib.dissect.tcp import max_segment_size, timestamps
from netlib.errors import Malformed, Truncated, WireError

MACS = Ethernet("02:00:00:00:00:02", "02:00:00:00:00:01")
ASKED = (Question(Name.of("www.example.org")),)


def ip(protocol: int) -> IPv4:
    return IPv4("192.0.2.1", "192.0.2.2", protocol)


def udp(*inside: Header | bytes, port: int = 5000) -> bytes:
    return build(MACS, ip(17), UDP(4000, port), *inside)


def tcp(*inside: Header | bytes, port: int = 5000) -> bytes:
    return build(MACS, ip(6), TCP(4000, port, 1, 2, 24), *inside)


HEADERS = {  # as the RFCs draw them: the bytes, and the same as a value
    "Ethernet": ("020000000002 020000000001 0800", MACS),
    "VLAN": ("6007 0800", VLAN(7, priority=3)),
    "ARP": (
        "0001 0800 06 04 0001 020000000001 c0000201 000000000000 c0000202",
        ARP(1, "02:00:00:00:00:01", "192.0.2.1", "00:00:00:00:00:00", "192.0.2.2"),
    ),
    "IPv4": (
        "45 00 0014 1234 4000 40 11 a4b3 c0000201 c0000202",
        IPv4("192.0.2.1", "192.0.2.2", 17, 64, 0x1234, flags=2, length=20, checksum=0xA4B3),
    ),
    "IPv6": (
        "60000000 0000 3a ff 20010db8000000000000000000000001 20010db8000000000000000000000002",
        IPv6("2001:db8::1", "2001:db8::2", 58, 255, length=0),
    ),
    "ICMP": ("08 00 f7f5 0007 0003", ICMP(8, 0, bytes((0, 7, 0, 3)), 0xF7F5)),
    "ICMPv6": (
        "87 00 0000 00000000 20010db8000000000000000000000002 0101 020000000001",
        ICMPv6(135, 0, bytes(4) + bytes.fromhex("20010db8" + "0" * 23 + "2"),
               (NDOption(1, bytes.fromhex("020000000001")),), 0),
    ),
    "UDP": ("0fa0 1388 0008 0000", UDP(4000, 5000, 8, 0)),
    "TCP": (
        "0fa0 1388 00000001 00000002 60 12 ffff 0000 0000 020405b4",
        TCP(4000, 5000, 1, 2, 18, 65535, (max_segment_size(1460),), checksum=0),
    ),
    "DNS": ("0007 0100 0001 0000 0000 0000 03777777076578616d706c65036f726700 0001 0001",
            DNS(7, questions=ASKED)),
    "DNS over TCP": ("000c 0007 8183 0000 0000 0000 0000", DNSOverTCP(7, 0x8183)),
    "TFTP RRQ": ("0001 612e74787400 6f6374657400", TFTP.request("a.txt")),
    "TFTP DATA": ("0003 ffff", TFTP(3, 65535)),
    "TFTP ERROR": ("0005 0001 6e6f00", TFTP(5, 1, (b"no",))),
    "HTTP": (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n".hex(), HTTP((b"GET / HTTP/1.1", b"Host: a"))),
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), HEADERS.values(), ids=HEADERS.keys())
def test_a_header_is_its_bytes_and_its_bytes_are_the_header(text: str, value: Header) -> None:
    data = bytes.fromhex(text)
    assert type(value).parse(data) == value
    assert type(value).parse(b"??" + data + b"?", 2, 2 + len(data)) == value
    assert bytes(value) == data
    assert value.size == len(data)
    spans = [(field.start, field.stop) for field in value.fields(5)]
    assert all(5 <= start < stop <= 5 + len(data) for start, stop in spans)


@pytest.mark.parametrize(("text", "value"), HEADERS.values(), ids=HEADERS.keys())
def test_a_header_that_stops_too_early_is_truncated(text: str, value: Header) -> None:
    data = bytes.fromhex(text)
    for size in range(len(data)):
        try:
            shorter = type(value).parse(data, 0, size)
        except Truncated:
            continue
        except Malformed:
            assert isinstance(value, HTTP)  # without its first line end it is no start line
        else:  # neighbour discovery without options, and half a head
            assert isinstance(value, ICMPv6 | HTTP)
            assert shorter != value


SUMMARIES = {
    "192.0.2.1 > 192.0.2.2 UDP 4000 > 5000 len=5": udp(b"hello"),
    "192.0.2.1 > 192.0.2.2 TCP 4000 > 5000 [PSH, ACK] seq=1 ack=2 win=65535 len=5": tcp(b"hello"),
    "192.0.2.1 > 192.0.2.2 HTTP GET / HTTP/1.1": tcp(HTTP((b"GET / HTTP/1.1",)), port=80),
    "192.0.2.1 > 192.0.2.2 TCP 4000 > 80 [PSH, ACK] seq=1 ack=2 win=65535 len=3": tcp(
        b"xyz", port=80
    ),
    "192.0.2.1 > 192.0.2.2 DNS query 0x0007 A www.example.org": udp(
        DNS(7, questions=ASKED), port=53
    ),
    "192.0.2.1 > 192.0.2.2 DNS answer 0x0007 A www.example.org: A 192.0.2.7, CNAME <Root>": udp(
        DNS(7, 0x8180, ASKED, (Record(ROOT, 1, bytes((192, 0, 2, 7))), Record(ROOT, 5, b"\0"))),
        port=53,
    ),
    "192.0.2.1 > 192.0.2.2 DNS answer 0x0007 : A 0.0.0.0, A 0.0.0.0, A 0.0.0.0, A 0.0.0.0, "
    "and 3 more": udp(DNS(7, 0x8180, (), (Record(ROOT, 1, bytes(4)),) * 7), port=53),
    "192.0.2.1 > 192.0.2.2 DNS answer 0x0007 A www.example.org: no such name": udp(
        DNS(7, 0x8183, ASKED), port=53
    ),
    "192.0.2.1 > 192.0.2.2 TFTP RRQ 'a.txt' 'octet' 'blksize' '8'": udp(
        TFTP.request("a.txt", blksize=8), port=69
    ),
    "192.0.2.1 > 192.0.2.2 TFTP DATA 7 len=3": udp(TFTP(3, 7), b"abc", port=69),
    "192.0.2.1 > 192.0.2.2 ICMP echo request id=7 seq=3 len=56": build(
        MACS, ip(1), ICMP.echo(7, 3), bytes(56)
    ),
    "192.0.2.1 > 192.0.2.2 ICMP destination unreachable (port)": build(
        MACS, ip(1), ICMP(3, 3), ip(17), UDP(1, 2)
    ),
    "192.0.2.1 > 192.0.2.2 ICMP time exceeded (ttl was 0)": build(
        MACS, ip(1), ICMP(11), ip(17), UDP(1, 2)
    ),
    "192.0.2.1 > 192.0.2.2 IPv4 fragment of UDP, id 0x0009, bytes 8-17, more follow": build(
        MACS, IPv4("192.0.2.1", "192.0.2.2", 17, 64, 9, 0, 1, 8), bytes(10)
    ),
    "192.0.2.1 > 192.0.2.2 IPv4 fragment of UDP, id 0x0009, bytes 0-15, more follow": build(
        MACS, IPv4("192.0.2.1", "192.0.2.2", 17, 64, 9, 0, 1), UDP(4000, 5000), bytes(8)
    ),
    "192.0.2.1 > 192.0.2.2 IPv4 protocol 253, 3 bytes": build(MACS, ip(253), b"abc"),
    "2001:db8::1 > ff02::1 ICMPv6 neighbour solicitation for 2001:db8::2": build(
        Ethernet(type=0x86DD),
        IPv6("2001:db8::1", "ff02::1", 58),
        neighbour_solicitation("2001:db8::2", "02:00:00:00:00:01"),
    ),
    "ARP Who has 192.0.2.2? Tell 192.0.2.1": build(
        Ethernet(type=0x806),
        ARP(1, "02:00:00:00:00:01", "192.0.2.1", "00:00:00:00:00:00", "192.0.2.2"),
    ),
    "0.0.0.0 > 255.255.255.255 DHCP Discover for 02:00:00:00:00:01, transaction 0x00000009": build(
        MACS,
        IPv4("0.0.0.0", "255.255.255.255", 17),
        UDP(68, 67),
        DHCP(1, 9, "02:00:00:00:00:01", (DHCPOption(53, b"\1"), DHCPOption(255))),
    ),
    "Ethernet 02:00:00:00:00:01 > 02:00:00:00:00:02 type 0x88cc, 4 bytes": build(
        Ethernet(MACS.destination, MACS.source, 0x88CC), b"LLDP"
    ),
    "Ethernet 02:00:00:00:00:01 > 02:00:00:00:00:02 IEEE 802.3, 4 bytes": build(
        Ethernet(MACS.destination, MACS.source, 4), b"LLC!"
    ),
}


@pytest.mark.parametrize(("line", "data"), SUMMARIES.items(), ids=lambda value: str(value)[:60])
def test_a_frame_in_one_line(line: str, data: bytes) -> None:
    frame = dissect(data)
    assert frame.summary() == line
    assert frame.layers  # asked for later, they change nothing
    assert frame.summary() == line
    assert repr(frame) == f"<Frame: {line}>"


@pytest.mark.parametrize("data", SUMMARIES.values())
def test_a_frame_that_stops_too_early_is_truncated_unless_it_is_known_to_be_snapped(
    data: bytes,
) -> None:
    whole = dissect(data)
    for size in range(len(data)):
        if size < 14 or whole["eth.type"] != [0x88CC]:  # that may have any length
            with pytest.raises(Truncated):
                dissect(data[:size])
        frame = dissect(data[:size], snapped=True)
        assert build(*frame.headers) == data[:size]
        known = [header for header in frame.headers if not isinstance(header, Data)] or [None]
        known.pop()  # of HTTP, DHCP and neighbour discovery it may be only the first part
        assert known == list(whole.headers[: len(known)])


def test_what_ends_within_the_lengths_of_a_frame_is_malformed_not_truncated() -> None:
    header = UDP(4000, 5000, length=100)
    with pytest.raises(Malformed, match="^UDP: expected 100 bytes, as its length says; got 13$"):
        dissect(build(MACS, ip(17), header, b"hello"))
    with pytest.raises(Malformed, match="^a TCP header: expected 20 bytes, got 8$"):
        dissect(build(MACS, ip(6), bytes(8)))
    with pytest.raises(Truncated, match="^IPv4: expected 33 bytes, as its length says; got 32$"):
        dissect(udp(b"hello")[:-1])
    with pytest.raises(Truncated, match="^an Ethernet header: expected 14 bytes, got 0$"):
        dissect(b"")


MALFORMED = {
    "IPv4: expected version 4 and a header of 20 to 60 bytes; got version 7 and 20 bytes": (
        build(MACS, b"\x75" + bytes(19))
    ),
    "IPv4: expected a total length from the header's 20 bytes on; got 19": (
        build(MACS, b"\x45\0\0\x13" + bytes(16))
    ),
    "IPv6: expected version 6; got 0": build(Ethernet(type=0x86DD), bytes(40)),
    "TCP: expected a header of 20 to 60 bytes; got 0": build(MACS, ip(6), bytes(20)),
    "TCP: expected option 2 to be 2 to 4 bytes long; its length is 9": (
        tcp()[:14] + build(ip(6), tcp()[34:46] + b"\x60" + tcp()[47:54] + b"\2\x09\0\0")
    ),
    "UDP: expected a length from 8 on; got 7": build(MACS, ip(17), UDP(1, 2, 7)),
    "ARP: expected Ethernet and IPv4 addresses (1, 0x0800, 6 and 4 bytes); got 0, 0x0000, 0 and "
    "0 bytes": build(Ethernet(type=0x806), bytes(28)),
    "TFTP: expected an operation from 1 to 6; got 26725": udp(b"hello", port=69),
    "TFTP: expected a zero byte after every text; b'a' has none": udp(b"\0\1a", port=69),
    "TFTP: expected texts in pairs in a RRQ; got 1": udp(b"\0\1a\0", port=69),
    "DNS: expected a message of 12 bytes, as it counts; got 13": udp(bytes(13), port=53),
    "DNS: expected the data of a record of type A to be 4 bytes; it is 5": udp(
        DNS(7, answers=(Record(ROOT, 1, bytes(5)),)), port=53
    ),
    "HTTP: expected a header like b'Name: value'; got b'no colon'": tcp(
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n", port=80
    ),
    "ICMPv6: expected an option of 8 bytes or more; its length is 0": build(
        Ethernet(type=0x86DD), IPv6("::1", "::1", 58), ICMPv6(135, 0, bytes(20)), bytes(2)
    ),
    "IPv6: expected option 5 to end in its header; it is too long": build(
        Ethernet(type=0x86DD), IPv6("::1", "::1", 0), bytes((17, 0, 5, 9, 0, 0, 0, 0))
    ),
    "DHCP: expected Ethernet (1, addresses of 6 bytes) and the cookie 0x63825363; got 0, 0 bytes "
    "and 0x00000000": udp(bytes(240), port=67),
}


@pytest.mark.parametrize(("sentence", "data"), MALFORMED.items(), ids=lambda v: str(v)[:50])
def test_what_is_malformed_is_said_in_a_sentence_and_kept_if_asked(
    sentence: str, data: bytes
) -> None:
    with pytest.raises(Malformed) as caught:
        dissect(data)
    assert str(caught.value) == sentence
    with pytest.raises(Malformed):
        dissect(data, snapped=True)
    frame = dissect(data, lenient=True)
    assert isinstance(frame.error, Malformed)
    assert frame.notes[-1] == sentence
    assert frame.summary().endswith(f"[{sentence}]")
    assert build(*frame.headers) == data


def test_a_name_means_either_end_and_a_protocol_is_in_a_frame() -> None:
    frame = dissect(udp(b"hello"))
    assert frame["ip.dst"] == ["192.0.2.2"]
    assert frame["udp.port"] == [4000, 5000]
    assert frame["ip.addr"] == ["192.0.2.1", "192.0.2.2"]
    assert frame["eth.addr"] == ["02:00:00:00:00:02", "02:00:00:00:00:01"]
    assert frame["tcp.port"] == frame["no.such.name"] == []
    assert "udp" in frame and "udp.port" in frame and "ip" in frame
    assert "tcp" not in frame and "ud" not in frame


def test_fields_stand_where_their_bytes_are() -> None:
    data = udp(b"hello")
    frame = dissect(data)
    found = {field.name: data[field.start : field.stop] for field in frame.fields}
    assert found["ip.src"] == bytes((192, 0, 2, 1))
    assert found["udp.dstport"] == (5000).to_bytes(2)
    assert found["data.data"] == b"hello"
    assert found["udp.checksum.status"] == b""  # worked out, not read
    covered = {place for field in frame.fields for place in range(field.start, field.stop)}
    assert covered == set(range(len(data)))


def test_checksums_are_verified_and_shown_with_a_note() -> None:
    good = dissect(udp(b"hello"))
    assert good["ip.checksum.status"] == good["udp.checksum.status"] == ["good"]
    assert good.notes == ()
    bad = dissect(udp(b"hello")[:-1] + b"0")
    assert (bad["ip.checksum.status"], bad["udp.checksum.status"]) == (["good"], ["bad"])
    (note,) = bad.notes
    right = good["udp.checksum"][0]
    assert note.startswith("UDP checksum: expected 0x") and f"got 0x{right:04x} (damaged" in note
    assert note in bad.table()
    silent = dissect(build(MACS, ip(17), UDP(1, 2, checksum=0)))
    assert silent["udp.checksum.status"] == ["absent"] and silent.notes == ()
    snapped = dissect(udp(b"hello")[:-1], snapped=True)
    assert snapped["udp.checksum.status"] == ["not checked"]


def test_an_icmp_error_quotes_the_packet_it_is_about() -> None:
    packet = build(IPv4("192.0.2.2", "192.0.2.1", 17), UDP(53, 4000), bytes(100))
    data = build(MACS, ip(1), ICMP(3, 3), packet[:28])
    frame = dissect(data)
    assert frame["ip.src"] == ["192.0.2.1", "192.0.2.2"]
    assert frame["udp.port"] == [53, 4000]
    assert [layer.quoted for layer in frame.layers] == [False, False, False, True, True]
    assert frame.error is None and frame.layers[-1].cut
    assert frame["udp.checksum.status"] == ["not checked"]
    for size in range(29):  # however little is quoted, and whatever it is
        assert build(*dissect(build(MACS, ip(1), ICMP(3, 3), packet[:size])).headers)
        dissect(build(MACS, ip(1), ICMP(11), b"\xff" * size))


def test_padding_belongs_to_the_ethernet_header() -> None:
    frame = dissect(udp(b"hi") + bytes(16))
    assert frame.headers[0] == Ethernet(MACS.destination, MACS.source, trailer=bytes(16))
    assert frame["data.data"] == [b"hi"]
    assert frame["eth.padding"] == [bytes(16)]
    assert dissect(udp(b"hi") + b"FCS!")["eth.trailer"] == [b"FCS!"]


def test_bytes_after_a_datagram_within_the_packet_are_kept() -> None:
    data = build(MACS, ip(17), UDP(1, 2, surplus=b"options"), b"payload")
    frame = dissect(data)
    assert frame["data.data"] == [b"payload"]
    assert frame.headers[2].surplus == b"options"  # type: ignore[attr-defined]  # it is UDP
    assert build(*frame.headers) == data


def test_other_ports_may_be_named() -> None:
    data = udp(TFTP(3, 1), b"block", port=40001)
    assert "tftp" not in dissect(data)
    frame = dissect(data, ports={40001: TFTP})
    assert frame["tftp.block"] == [1]
    assert frame.summary() == "192.0.2.1 > 192.0.2.2 TFTP DATA 1 len=5"
    assert "dns" in dissect(tcp(DNSOverTCP(7, questions=ASKED), port=9), ports={9: DNS})
    assert "dns" not in dissect(tcp(bytes(DNSOverTCP(7, questions=ASKED))[:20], port=53))


def test_frames_are_values() -> None:
    data = udp(b"hello")
    assert dissect(data) == dissect(bytearray(data)) == dissect(memoryview(data))  # type: ignore[arg-type]
    assert dissect(data) != dissect(udp(b"hellO")) and dissect(data) != data
    assert len({dissect(data), dissect(data)}) == 1
    assert bytes(dissect(data)) == data
    for wrong in (5, "text", None):
        with pytest.raises(TypeError):
            dissect(wrong)  # type: ignore[arg-type]


def test_a_frame_is_shown_as_a_table_and_nothing_in_it_is_markup() -> None:
    data = tcp(HTTP((b"GET /<script>\x1b[31m HTTP/1.1", b"Host: a")), port=80)
    frame = dissect(data)
    bundle = frame._repr_mimebundle_()
    assert bundle["text/plain"] == f"{frame.summary()}\n{frame.table()}"
    assert "<script>" not in bundle["text/html"] and "&lt;script&gt;" in bundle["text/html"]
    assert "\x1b" not in "".join(bundle.values())
    assert "0–5    eth.dst" in frame.table()
    assert "\n23     ip.proto" in frame.table() and "6 (TCP)" in frame.table()
    assert max(map(len, frame.table().splitlines())) < 100


def test_build_computes_lengths_and_checksums_and_names_what_does_not_fit() -> None:
    frame = dissect(build(MACS, ip(17), UDP(1, 2), b"hello"))
    assert (frame["ip.len"], frame["udp.length"]) == ([33], [13])
    assert dissect(build(*frame.headers)) == frame
    for wrong, text in (
        ((ip(17), UDP(70000, 2)), "UDP: a value does not fit into its field"),
        ((IPv4("192.0.2.300", "192.0.2.1", 6),), "expected an IPv4 address like 192.0.2.1; got"),
        ((IPv6("192.0.2.3", "::1", 6),), "expected an IPv6 address like 2001:db8::1; got"),
        ((Ethernet("02-00"),), "expected a MAC address like 02:00:00:00:00:01; got '02-00'"),
        ((TCP(1, 2, options=(Option(1),)),), "expected options of whole 32-bit words"),
        ((TFTP(3, 70000),), "TFTP: a value does not fit into its field"),
        ((ICMPv6(135, options=(NDOption(1, b""),)),), "to fill 64-bit words"),
    ):
        with pytest.raises(ValueError, match=re.escape(text)):
            build(*wrong)  # type: ignore[arg-type]  # tuples of headers


def test_a_udp_checksum_that_comes_out_as_zero_is_sent_as_ones() -> None:
    sums_to_zero = UDP.parse(build(ip(17), UDP(1, 2), bytes(2)), 20).checksum
    assert sums_to_zero is not None
    frame = dissect(build(MACS, ip(17), UDP(1, 2), sums_to_zero.to_bytes(2)))
    assert frame["udp.checksum"] == [0xFFFF]
    assert frame["udp.checksum.status"] == ["good"]


@pytest.mark.parametrize("size", range(10))
def test_an_option_of_any_kind_may_have_any_length(size: int) -> None:
    for kind in range(256):
        data = bytes(range(1, size + 1))
        discovery = NDOption(kind, bytes(8 * size + 6))
        for header in (
            DHCP(1, 9, "02:00:00:00:00:01", (DHCPOption(kind, data),)),
            TCP(1, 2, options=padded(Option(kind, data))),
            IPv4("192.0.2.1", "192.0.2.2", 6, options=padded(Option(kind, data))),
            ICMPv6(133, options=(discovery,)),
        ):
            fields = list(header.fields(100))
            assert all(100 <= field.start <= field.stop <= 100 + header.size for field in fields)


@pytest.mark.parametrize("kind", [1, 2, 5, 6, 12, 15, 16, 28, 33, 41, 99])
def test_a_record_of_any_type_may_have_any_length(kind: int) -> None:
    for size in range(40):
        for byte in (b"\0", b"\1", b"\xc0", b"\x3f"):
            message = DNS(7, answers=(Record(ROOT, kind, byte * size),))
            try:
                assert DNS.parse(bytes(message)) == message
            except Malformed:
                continue
            fields = list(message.fields())
            assert all(0 <= field.start <= field.stop <= message.size for field in fields)


def test_padded_options_fill_words() -> None:
    assert padded(max_segment_size(9)) == (max_segment_size(9),)
    assert padded(timestamps(1, 2)) == (timestamps(1, 2), Option(0, b"\0"))
    assert TCP.parse(bytes(TCP(1, 2, options=padded(timestamps(1, 2)))))


NAMES = {
    b"\0": "",
    b"\3www\7example\3org\0": "www.example.org",
    b"\1.\0": "\\.",
    b"\3a\\b\0": "a\\\\b",
    b"\2\xff \0": "\\255\\032",
}


@pytest.mark.parametrize(("wire", "text"), NAMES.items())
def test_names_are_read_and_escaped(wire: bytes, text: str) -> None:
    assert read_name(b"??" + wire + b"more", 2) == Name(text, wire)


def test_pointers_lead_back_and_loops_are_refused() -> None:
    message = b"\7example\3org\0\3www\xc0\0"
    assert read_name(message, 13) == Name("www.example.org", b"\3www\xc0\0")
    assert Name.of("www.example.org").pointing(1, 0) == read_name(message, 13)
    for loop in (b"\xc0\0", b"\xc0\2\xc0\0", b"\1a\xc0\2", b"\xc0\5"):
        with pytest.raises(Malformed, match="expected a pointer to an earlier name"):
            read_name(loop + bytes(9), 0)
    with pytest.raises(Malformed, match="number 128, at byte"):
        places = (max(2 * i - 1, 0) for i in range(200))  # each points to the one before
        read_name(b"\0" + b"".join((0xC000 | place).to_bytes(2) for place in places), 399)
    with pytest.raises(Malformed, match="byte 0 is 0x40"):
        read_name(b"\x40a", 0)
    with pytest.raises(Malformed, match="up to 255 bytes"):
        read_name(b"\x3f" + bytes(63) + (b"\x3f" + bytes(63)) * 4 + b"\0", 0)
    for size in range(1, 4):
        with pytest.raises(Truncated):
            read_name(b"\3ww"[:size], 0)


def test_names_that_cannot_be_are_not_made() -> None:
    assert Name.of("") == ROOT
    assert Name.of(".".join(["a" * 63] * 3 + ["a" * 61])).wire[-1] == 0
    for wrong in ("a..b", ".", "a" * 64, "a" * 320, ".".join(["a" * 63] * 4)):
        with pytest.raises(ValueError, match="expected labels of 1 to 63 bytes"):
            Name.of(wrong)


def test_http_heads_end_where_they_end() -> None:
    head = b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\nbody"
    assert HTTP.parse(head).size == len(head) - 4
    half = HTTP.parse(head[:20])
    assert half == HTTP((b"HTTP/1.1 200 OK",), ended=False) and half.size == 17
    with pytest.raises(Malformed, match="expected a start line"):
        HTTP.parse(b"hello")
    for begins, method in ((True, b"OPTIONS"), (False, b"get"), (False, b"A" * 99)):
        assert HTTP.begins(method + b" * HTTP/1.1\r\n", 0, 200) is begins


def reference_checksum(data: bytes) -> int:
    """RFC 1071, 4.1, word by word."""
    total = 0
    even = data + b"\0" * (len(data) % 2)
    for high, low in zip(even[::2], even[1::2], strict=True):
        total += high << 8 | low
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


@given(st.one_of(st.binary(max_size=64), st.integers(0, 40).map(bytes)))
def test_the_checksum_is_that_of_the_rfc(data: bytes) -> None:
    assert internet_checksum(data) == reference_checksum(data)
    if len(data) % 2 == 0 and any(data):
        assert internet_checksum(data + internet_checksum(data).to_bytes(2)) == 0


def test_every_error_is_a_wire_error() -> None:
    with pytest.raises(WireError):
        dissect(b"short")
