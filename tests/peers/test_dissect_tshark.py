"""netlib.dissect against tshark: every field's name, value and place, on frames captured live.

The frames come from programs that we did not write (see dissect_traffic.py), and from build()
where no program here would send such a frame.
"""

import itertools
import json
import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from netlib.deadlines import stretched
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
    Data,
    DestinationOptions,
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
from netlib.dissect.icmpv6 import neighbour_advertisement, neighbour_solicitation
from netlib.dissect.names import ROOT
from netlib.dissect.options import padded
from netlib.dissect.tcp import max_segment_size, timestamps, window_scale
from netlib.fields import Field
from netlib.pcapng import ETHERNET, Packet, write

pytestmark = pytest.mark.peer

DEADLINE_S = stretched(60)
TRAFFIC = Path(__file__).with_name("dissect_traffic.py")
UNSHARE = (
    "unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child",
    "--mount-proc",
)  # fmt: skip
PREFERENCES = (  # what tshark keeps of other packets, and what it does not check unasked
    "ip.check_checksum:TRUE",
    "tcp.check_checksum:TRUE",
    "udp.check_checksum:TRUE",
    "tcp.relative_sequence_numbers:FALSE",
    "tcp.desegment_tcp_streams:FALSE",
    "eth.fcs:never",
)
STATUS = {"bad": "0", "good": "1", "not checked": "2", "absent": "3"}
CAPTURED = {  # what the programs' traffic must have in it
    "arp.opcode", "ip.opt.type", "icmp.seq", "icmpv6.nd.ns.target_address", "ipv6.fraghdr.more",
    "tcp.options.mss_val", "dns.mx.preference", "dns.length", "dns.aaaa", "dns.srv.port",
    "dhcp.option.router", "tftp.block", "tftp.error.code", "tftp.option.name",
    "http.request.uri", "http.response.code",
}  # fmt: skip
Place = tuple[str, int, int]  # name, first byte, bytes
Shown = list[tuple[str, str]]  # as text, as the bytes' digits
Program = Callable[[str], str]


class Seen(NamedTuple):
    """What tshark says of one frame: every field, and those that are not hidden."""

    fields: Mapping[Place, Shown]
    shown: frozenset[Place]


def tshark(
    program: Program, folder: Path, frames: Iterable[bytes], links: Iterable[int] = ()
) -> Iterator[Seen]:
    """Yield what tshark says of every frame, of these links or of Ethernet."""
    capture, answer = folder / "frames.pcapng", folder / "frames.pdml"
    every = itertools.chain(links, itertools.repeat(ETHERNET))
    write(capture, [Packet(0, frame, link) for frame, link in zip(frames, every, strict=False)])
    command = [program("tshark"), "-r", str(capture), "-T", "pdml"]
    for ports in (
        "9",
        "33434-33600",
    ):  # discard, and traceroute
        command += "-d", f"udp.port=={ports},data"
    for preference in PREFERENCES:
        command += "-o", preference
    with answer.open("wb") as file:
        subprocess.run(command, check=True, stdout=file, timeout=DEADLINE_S, stderr=-3)
    for _, packet in ET.iterparse(answer):
        if packet.tag != "packet":
            continue
        fields: dict[Place, Shown] = {}
        shown = set()
        for field in packet.iter("field"):
            if field.get("name") and field.get("pos"):
                place = field.get("name", ""), int(field.get("pos", 0)), int(field.get("size", 0))
                fields.setdefault(place, []).append((field.get("show", ""), field.get("value", "")))
                if field.get("hide") != "yes":
                    shown.add(place)
        yield Seen(fields, frozenset(shown))
        packet.clear()


def same(field: Field, show: str, digits: str) -> bool:
    """Whether tshark's text and digits are our value."""
    match field.value:
        case str() as status if field.name.endswith(".status"):
            return show == STATUS[status]
        case bool() as flag:
            return show == str(int(flag))
        case int() as number if (field.name, number) == ("dhcp.option.type", 255):
            return digits == "ff"  # tshark 4.0 shows 0 for the end
        case 0 if field.name == "ip.len":
            return digits == "0000"  # tshark shows what it takes for it
        case int() as number:
            return int(show, 0) == number
        case bytes() as octets:
            return digits == octets.hex()
        case text if field.name.endswith(".line"):
            return show.rstrip() == str(text).rstrip()  # theirs with its line end
        case text:
            return show == (text or field.text)


def differences(frame: Frame, seen: Seen, names: set[str]) -> list[str]:
    """Return how tshark's fields of our names differ from ours."""
    found = []
    ours = {(field.name, field.start, field.stop - field.start): field for field in frame.fields}
    for field in ours.values():
        shown = [one for place in _places(field) for one in seen.fields.get(place, [])]
        if not any(same(field, *one) for one in shown) and not _further(frame, field):
            found.append(f"we say {field}, tshark {shown}")
    for name, start, size in seen.shown - ours.keys():
        # tshark puts fragments together and counts the bytes of what it gets anew
        if not size or name in ("data.data", "udp.checksum.status"):  # worked out; taste
            continue
        if name in names and not (_fragmented(frame) and not name.startswith("ip")):
            found.append(f"tshark has {name} at {start}, {size} bytes; we have not")
    return [f"{frame}: {difference}" for difference in found]


def _fragmented(frame: Frame) -> bool:
    return any(isinstance(one, IPv4 | Fragment) and one.fragmented for one in frame.headers)


def _places(field: Field) -> Iterator[Place]:
    """Yield where tshark may have a field of ours."""
    size = field.stop - field.start
    yield field.name, field.start, size
    if field.name == "udp.checksum.status":
        yield field.name, field.start, 2  # of a checksum that is absent
    if field.name == "data.data":
        yield "tcp.payload", field.start, size


def _further(frame: Frame, field: Field) -> bool:
    """Whether tshark takes these bytes apart further, calls them otherwise or says nothing."""
    if field.name == "data.data":
        quoted = any(layer.quoted for layer in frame.layers)
        return (
            quoted
            or _fragmented(frame)
            or any(kind in frame for kind in ("icmp", "icmpv6", "http"))
        )
    if field.name == "dns.resp.name":
        return str(field.value).startswith("_ldap.")  # dns.srv.name and so on
    return (field.name, field.value) == ("dns.flags.authenticated", False)  # of a query


def dissected(frames: Iterable[bytes]) -> list[Frame]:
    """Dissect frames in order, so that transfers are known to be TFTP from their first packet."""
    found: list[Frame] = []
    ports: dict[int, type[Header]] = {}
    for data in frames:
        frame = dissect(data, ports=ports)
        if frame["udp.dstport"] == [69]:
            ports = {frame.headers[2].source_port: TFTP}  # type: ignore[attr-defined]  # it is UDP
        found.append(frame)
    return found


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Frames that programs sent one another, captured as they passed."""
    folder = tmp_path_factory.mktemp("traffic")
    if subprocess.run((*UNSHARE, "true"), capture_output=True, check=False).returncode != 0:
        pytest.skip("no namespaces here: an ordinary user may not make any on this machine")
    run = subprocess.Popen(
        (*UNSHARE, sys.executable, str(TRAFFIC), str(folder)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = run.communicate(timeout=DEADLINE_S)
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
            run.communicate()
    missing = json.loads((folder / "missing.json").read_text())
    if missing:
        pytest.skip(f"to see their traffic, install {', '.join(missing)}")
    assert run.returncode == 0, said
    return [bytes.fromhex(frame) for frame in json.loads((folder / "frames.json").read_text())]


def test_every_field_of_live_traffic_is_as_tshark_has_it(
    live: list[bytes], program: Program, tmp_path: Path
) -> None:
    assert len(live) >= 500
    frames = dissected(live)
    names = {field.name for frame in frames for field in frame.fields}
    assert names >= CAPTURED
    wrong = [
        difference
        for frame, seen in zip(frames, tshark(program, tmp_path, live), strict=True)
        for difference in differences(frame, seen, names)
    ]
    assert wrong == []
    statuses = {value for frame in frames for value in frame["udp.checksum.status"]}
    assert {"good", "bad"} <= statuses  # the first half was captured before the checksums were


def test_live_frames_are_built_again_byte_by_byte(live: list[bytes]) -> None:
    for frame in dissected(live):
        assert build(*frame.headers) == frame.data
        assert dissect(frame.data).summary()
        assert len(frame.summary().splitlines()) == 1


def test_the_checksums_of_live_frames_are_those_that_build_computes(live: list[bytes]) -> None:
    """A frame whose checksums are good comes out the same with all of them left to build()."""
    compared = 0
    for frame in dissected(live):
        statuses = [f.value for f in frame.fields if f.name.endswith("checksum.status")]
        if set(statuses) == {"good"} and not any(layer.quoted for layer in frame.layers):
            fresh = [
                replace(header, checksum=None) if hasattr(header, "checksum") else header
                for header in frame.headers
            ]
            assert build(*fresh) == frame.data
            compared += 1
    assert compared >= 500


MACS = Ethernet("02:00:00:00:00:02", "02:00:00:00:00:01")
ETHER6 = Ethernet("02:00:00:00:00:02", "02:00:00:00:00:01", 0x86DD)
ASK = DNS(7, questions=(Question(Name.of("www.example.org")),))


NEW_PORT = itertools.count(40000)  # what comes again from the same port, tshark leaves alone


def ip(protocol: int, **more: object) -> IPv4:
    return IPv4("192.0.2.1", "198.51.100.2", protocol, **more)  # type: ignore[arg-type]


def ip6(next_header: int) -> IPv6:
    return IPv6("2001:db8::1", "2001:db8::2", next_header, 255, 0xB9, 0x12345)


def udp(port: int, *inside: Header | bytes) -> bytes:
    return build(MACS, ip(17), UDP(4000, port), *inside)


def tcp(*options: Option, payload: Header | bytes = b"", port: int = 5000, **more: int) -> bytes:
    source = next(NEW_PORT)
    return build(MACS, ip(6), TCP(source, port, 1, 2, options=options, **more), payload)


def answer(*records: Record, flags: int = 0x8580, **more: tuple[Record, ...]) -> bytes:
    return udp(53, DNS(7, flags, (Question(Name.of("example.org"), 255),), records, **more))


PING = ICMP.echo(1, 2)
WWW = Name("www.example.org", b"\x03www\xc0\x0c")  # byte 12 is where the question's name stands
LDAP = Name("_ldap._tcp.example.org", b"\5_ldap\4_tcp\xc0\x0c")
HERE = Name("example.org", b"\xc0\x0c")
QUOTED = build(ip(6), TCP(4000, 5000, 1, 2), b"payload")
SYNTHETIC = {
    "a VLAN tag": build(Ethernet(type=0x8100), VLAN(7, priority=3), ip(17), UDP(1, 2), b"x"),
    "two VLAN tags": build(
        Ethernet(type=0x8100), VLAN(7, 0x8100, 1, True), VLAN(8), ip(17), UDP(1, 9), b"x"
    ),
    "a provider's tag, as it was": build(
        Ethernet(type=0x9100), VLAN(100, 0x8100), VLAN(7), ip(17), UDP(1, 9), b"x"
    ),
    "mDNS": udp(5353, DNS(0, 0, (Question(Name.of("printer.local")),))),
    "padding": build(
        Ethernet(type=0x0806, trailer=bytes(18)),
        ARP(2, "02:00:00:00:00:01", "192.0.2.1", "02:00:00:00:00:02", "192.0.2.2"),
    ),
    "a trailer": build(Ethernet(trailer=b"trailer!"), ip(17), UDP(1, 2), bytes(40)),
    "record route": build(MACS, ip(1, options=padded(Option(7, b"\x08" + bytes(8)))), PING),
    "router alert": build(MACS, ip(17, options=(Option(148, bytes(2)),)), UDP(1, 2)),
    "end of options": build(MACS, ip(17, options=(Option(1), Option(0, bytes(2)))), UDP(1, 2)),
    "a fragment": build(MACS, ip(17, flags=1, fragment_offset=1480, identification=9), bytes(64)),
    "another protocol": build(MACS, ip(253), b"experiment"),
    "service and reserved bit": build(MACS, ip(17, dsfield=0xBA, flags=4, ttl=1), UDP(1, 2)),
    "a bad IP checksum": build(MACS, ip(17, checksum=1), UDP(1, 2)),
    "no UDP checksum": build(MACS, ip(17), UDP(4000, 9, checksum=0), b"x"),
    "a bad UDP checksum": build(MACS, ip(17), UDP(4000, 9, checksum=5), b"x"),
    "an odd UDP payload": build(ETHER6, ip6(17), UDP(4000, 5000), b"odd"),
    "unreachable": build(MACS, ip(1), ICMP(3, 1), QUOTED),
    "fragmentation needed": build(MACS, ip(1), ICMP(3, 4, b"\0\0\x05\0"), QUOTED),
    "redirect": build(MACS, ip(1), ICMP(5, 1, bytes((192, 0, 2, 254))), ip(17), UDP(1, 9)),
    "a bad ICMP checksum": build(MACS, ip(1), ICMP(8, checksum=1), b"x"),
    "packet too big": build(ETHER6, ip6(58), ICMPv6(2, 0, b"\0\0\x05\0"), ip6(17), UDP(1, 2)),
    "neighbour solicitation": build(
        ETHER6, ip6(58), neighbour_solicitation("2001:db8::2", "02:00:00:00:00:01")
    ),
    "neighbour advertisement": build(
        ETHER6, ip6(58), neighbour_advertisement("2001:db8::2", "02:00:00:00:00:01")
    ),
    "router solicitation": build(ETHER6, ip6(58), ICMPv6(133)),
    "router advertisement": build(
        ETHER6,
        ip6(58),
        ICMPv6(134, 0, bytes((64, 0xC0, 0, 30)) + bytes(8), (NDOption(5, b"\0\0\0\0\5\0"),)),
    ),
    "extension headers": build(
        ETHER6,
        ip6(0),
        HopByHop(43, (IPv6Option(5, bytes(2)), IPv6Option(0), IPv6Option(0))),
        Routing(60, 4, 0, bytes(20)),
        DestinationOptions(44, (IPv6Option(1, bytes(4)),)),
        Fragment(17, 0, False, 77),
        UDP(4000, 5000),
        b"inside",
    ),
    "authentication": build(
        ETHER6, ip6(51), Authentication(17, 256, 9, bytes(range(12))), UDP(4000, 5000), b"inside"
    ),
    "authentication over IPv4": build(
        MACS, ip(51), Authentication(17, 256, 9, bytes(12)), UDP(4000, 5000), b"inside"
    ),
    "cut up later": build(
        MACS, ip(6, length=0), TCP(4000, 80, 1, 2, flags=24), HTTP((b"GET / HTTP/1.1", b"A: b"))
    ),
    "an IPv6 fragment": build(ETHER6, ip6(44), Fragment(17, 1448, True, 77), bytes(64)),
    "a SYN": tcp(
        max_segment_size(1460), Option(4), timestamps(1, 0), Option(1), window_scale(7), flags=2
    ),
    "SACK": tcp(Option(1), Option(1), Option(5, bytes(range(16))), flags=16),
    "every flag": tcp(flags=0x1FF, urgent=3, reserved=5),
    "TCP options that end": tcp(window_scale(0), Option(0), flags=2),
    "a bad TCP checksum": tcp(checksum=9, flags=16),
    "DNS over TCP": tcp(port=53, payload=DNSOverTCP(7, questions=ASK.questions), flags=24),
    "an address": answer(Record(WWW, 1, bytes((192, 0, 2, 1)), 300)),
    "an alias": answer(Record(WWW, 5, b"\xc0\x0c", 300), Record(HERE, 28, bytes(15) + b"\1", 60)),
    "a pointer to a pointer": answer(Record(WWW, 2, b"\2ns\xc0\x1d", 9)),
    "SOA": answer(authorities=(Record(HERE, 6, b"\2ns\xc0\x0c\1x\xc0\x0c" + bytes(range(20)), 9),)),
    "SRV and MX": answer(
        Record(LDAP, 33, b"\0\1\0\2\1\x85\xc0\x0c"),
        Record(HERE, 15, b"\0\x0a\4mail\xc0\x0c"),
    ),
    "texts": answer(Record(HERE, 16, b"\3one\x05two 2")),
    "EDNS": udp(53, DNS(7, 0x120, ASK.questions, additional=(
        Record(ROOT, 41, b"\0\x0a\0\x08cookies!", 0x8000, 1232),
    ))),
    "no such name": answer(flags=0x8183),
    "DHCP": udp(67, DHCP(1, 0x1234, "02:00:00:00:00:01", (
        DHCPOption(53, b"\1"), DHCPOption(61, b"\1\2\0\0\0\0\1"),
        DHCPOption(12, b"anna"), DHCPOption(50, bytes((192, 0, 2, 9))),
        DHCPOption(55, b"\1\3\6"), DHCPOption(255), *[DHCPOption(0)] * 5), flags=0x8000)),
    "TFTP WRQ": udp(69, TFTP.request("a.txt", write=True, mode="netascii", blksize=1024)),
    "TFTP ERROR": udp(69, TFTP(5, 1, (b"no such file",))),
    "TFTP OACK": udp(69, TFTP(6, None, (b"blksize", b"1024"))),
    "TFTP DATA": udp(69, TFTP(3, 7), b"the bytes of a block"),
    "TFTP ACK": udp(69, TFTP(4, 65535)),
    "HTTP request": tcp(port=80, payload=HTTP((b"GET /a?b=c HTTP/1.1", b"Host: a.b", b"X:  b "))),
    "HTTP response": tcp(port=80, payload=HTTP((b"HTTP/1.1 404 Not Found", b"Server: x"))),
}  # fmt: skip


def test_every_field_of_built_frames_is_as_tshark_has_it(program: Program, tmp_path: Path) -> None:
    frames = {title: dissect(data) for title, data in SYNTHETIC.items()}
    names = {field.name for frame in frames.values() for field in frame.fields}
    seen = tshark(program, tmp_path, SYNTHETIC.values())
    wrong = {
        title: found
        for (title, frame), one in zip(frames.items(), seen, strict=True)
        if (found := differences(frame, one, names))
    }
    assert wrong == {}


INSIDE, INSIDE6 = (ip(17), UDP(4000, 9), b"x"), (ip6(17), UDP(4000, 9), b"x")
ADDRESS = bytes.fromhex("0200000000010203")
LINKS: dict[str, tuple[int, tuple[Header | bytes, ...]]] = {
    "loopback": (0, (Loopback(), *INSIDE)),
    "loopback, big-endian": (0, (Loopback(2, True), *INSIDE)),
    "loopback, IPv6": (0, (Loopback(30), *INSIDE6)),
    "loopback of OpenBSD": (108, (Loopback(24, True), *INSIDE6)),
    "cooked": (113, (Cooked(4, 1, 6, ADDRESS, 0x0800), *INSIDE)),
    "cooked, no address": (113, (Cooked(0, 65534, 0, bytes(8), 0x86DD), *INSIDE6)),
    "cooked, an IPv4 address": (113, (Cooked(1, 768, 4, ADDRESS, 0x0800), *INSIDE)),
    "cooked, eight bytes": (113, (Cooked(2, 32, 8, ADDRESS, 0x0800), *INSIDE)),
    "cooked 2": (276, (Cooked2(3, 1, 6, ADDRESS, 0x0800, 3), *INSIDE)),
    "cooked 2, IPv6": (276, (Cooked2(4, 772, 6, bytes(8), 0x86DD, 1), *INSIDE6)),
    "raw": (101, INSIDE),
    "raw, IPv6": (101, INSIDE6),
    "raw IPv4": (228, INSIDE),
    "raw IPv6": (229, INSIDE6),
}


def test_every_field_on_other_links_is_as_tshark_has_it(program: Program, tmp_path: Path) -> None:
    made = [(link, build(*headers)) for link, headers in LINKS.values()]
    frames = [dissect(data, link=link) for link, data in made]
    names = {field.name for frame in frames for field in frame.fields}
    assert names >= {"null.family", "sll.src.eth", "sll.src.ipv4", "sll.src.other", "sll.ifindex"}
    seen = tshark(program, tmp_path, [data for _, data in made], [link for link, _ in made])
    wrong = {
        title: found
        for title, frame, one in zip(LINKS, frames, seen, strict=True)
        if (found := differences(frame, one, names))
    }
    assert wrong == {}


@pytest.mark.parametrize("title", SYNTHETIC)
def test_built_frames_come_back_as_they_were(title: str) -> None:
    frame = dissect(SYNTHETIC[title])
    assert build(*frame.headers) == frame.data
    bounds = [(layer.start, layer.payload) for layer in frame.layers]
    assert all(a[1] == b[0] for a, b in itertools.pairwise(bounds))
    assert not any(isinstance(header, Data) and not header for header in frame.headers)
