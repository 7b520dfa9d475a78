"""Captures as other programs save them: their formats, cut ones, and links that are no Ethernet."""

import gzip
import shutil
import struct
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from netlib import pcap, pcapng, recording
from netlib.capture import recorded
from netlib.dissect import (
    TFTP,
    UDP,
    Cooked,
    Cooked2,
    Ethernet,
    Header,
    IPv4,
    IPv6,
    Loopback,
    build,
)
from netlib.errors import Malformed, Truncated
from netlib.pcapng import Packet

DATAGRAM = IPv4("192.0.2.1", "192.0.2.2", 17), UDP(4000, 6000), b"hello"
DATAGRAM6 = IPv6("2001:db8::1", "2001:db8::2", 17), UDP(4000, 6000), b"hello"
FRAME = build(Ethernet(), *DATAGRAM)
SENT = [Packet(1_700_000_000_000_005_000 + n * 1000, FRAME + bytes(n), 1) for n in range(3)]


def classic(sent: Iterable[Packet], order: str = "<", tick_ns: int = 1000) -> bytes:
    """Return the packets in the older format."""
    magic = {1000: 0xA1B2C3D4, 1: 0xA1B23C4D}[tick_ns]
    file = struct.pack(f"{order}IHHIIII", magic, 2, 4, 0, 0, 262_144, 0x1000_0001)
    for packet in sent:
        seconds, ns = divmod(packet.time_ns, 1_000_000_000)
        sizes = len(packet.data), packet.original_length or len(packet.data)
        file += struct.pack(f"{order}IIII", seconds, ns // tick_ns, *sizes) + packet.data
    return file


def saved(folder: Path, sent: Iterable[Packet]) -> Path:
    path = folder / "saved.pcapng"
    pcapng.write(path, sent)
    return path


def seen(packets: Iterable[Packet]) -> list[tuple[int, bytes, int | None]]:
    return [(packet.time_ns, packet.data, packet.linktype) for packet in packets]


# -- formats ---------------------------------------------------------------------------------


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("tick_ns", [1, 1000])
def test_the_older_format_is_read_in_either_byte_order_and_clock(
    order: str, tick_ns: int, tmp_path: Path
) -> None:
    path = tmp_path / "old.pcap"
    snapped = Packet(1_700_000_000_000_000_001, FRAME[:20], 1, original_length=len(FRAME))
    path.write_bytes(classic([*SENT, snapped], order, tick_ns))
    *whole, cut = recording.packets(path)
    assert seen(whole) == seen(SENT)
    assert (cut.data, cut.original_length) == (FRAME[:20], len(FRAME))
    assert cut.time_ns % 1000 == (1 if tick_ns == 1 else 0)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_packed_file_is_read_like_one_that_is_not(pack: type[bytes], tmp_path: Path) -> None:
    for data in (classic(SENT), saved(tmp_path, SENT).read_bytes()):
        path = tmp_path / "any.gz"
        path.write_bytes(pack(data))
        assert seen(recording.packets(path)) == seen(SENT)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "^expected a capture file, pcapng or pcap; got an empty one. Wireshark turns"),
        (b"PK\3\4", "got one that begins with 50 4b 03 04"),
        (b"\x1f\x8bnonsense", "^expected a gzip file; got one that cannot be unpacked: "),
        (gzip.compress(b"text", mtime=0), "got one that begins with 74 65 78 74"),
    ],
)
def test_what_is_no_capture_is_said_to_be_none(data: bytes, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(Malformed, match=complaint):
        recorded(path)
    with pytest.raises(Malformed, match="^expected a pcap file; got one that begins with "):
        list(pcap.packets(data))


# -- files that were cut off -----------------------------------------------------------------


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("kind", ["pcap", "pcapng"])
def test_of_a_file_that_was_cut_the_frames_before_the_cut_are_read(
    kind: str, pack: type[bytes], tmp_path: Path
) -> None:
    whole = classic(SENT) if kind == "pcap" else saved(tmp_path, SENT).read_bytes()
    path = tmp_path / "cut"
    path.write_bytes(pack(whole[:-3])[: -8 if pack is gzip.compress else None])
    cut = recorded(path)
    assert seen(map(packet_of, cut)) == seen(SENT[:2])
    assert repr(cut) == (
        "<2 frames, none dropped, in a recording, made elsewhere and cut off inside frame 3: cut>"
    )


def packet_of(one: object) -> Packet:
    return Packet(one.time_ns, one.data, one.linktype)  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", range(4, len(classic(SENT[:2]))))
def test_wherever_the_older_format_is_cut_no_part_of_a_frame_is_read(size: int) -> None:
    data = classic(SENT[:2])
    borders = [len(classic(SENT[:count])) for count in range(3)]
    got = []
    try:
        got.extend(pcap.packets(data[:size]))
        complete = True
    except Truncated:
        complete = False
    assert complete == (size in borders)
    assert seen(got) == seen(SENT[: len(got)])


# -- links -----------------------------------------------------------------------------------

ADDRESS = bytes.fromhex("0200000000010000")
LINKS: dict[str, tuple[int, tuple[Header | bytes, ...]]] = {
    "loopback of macOS": (0, (Loopback(), *DATAGRAM)),
    "loopback of macOS, IPv6": (0, (Loopback(30), *DATAGRAM6)),
    "loopback, captured on a big-endian machine": (0, (Loopback(2, True), *DATAGRAM)),
    "loopback of OpenBSD": (108, (Loopback(24, True), *DATAGRAM6)),
    "cooked": (113, (Cooked(4, 1, 6, ADDRESS, 0x0800), *DATAGRAM)),
    "cooked, of lo": (113, (Cooked(0, 772, 6, bytes(8), 0x86DD), *DATAGRAM6)),
    "cooked, of a tunnel": (113, (Cooked(0, 65534, 0, bytes(8), 0x0800), *DATAGRAM)),
    "cooked, an IPv4 address": (113, (Cooked(0, 768, 4, ADDRESS, 0x0800), *DATAGRAM)),
    "cooked, a long address": (113, (Cooked(0, 32, 20, ADDRESS, 0x0800), *DATAGRAM)),
    "cooked, version 2": (276, (Cooked2(0, 1, 6, ADDRESS, 0x0800, 3), *DATAGRAM)),
    "cooked, version 2, IPv6": (276, (Cooked2(4, 772, 6, bytes(8), 0x86DD, 1), *DATAGRAM6)),
    "raw": (101, DATAGRAM),
    "raw, IPv6": (101, DATAGRAM6),
    "raw, by its old number": (12, DATAGRAM),
    "raw IPv4": (228, DATAGRAM),
    "raw IPv6": (229, DATAGRAM6),
    "Ethernet": (1, (Ethernet(), *DATAGRAM)),
}


@pytest.mark.parametrize("title", LINKS)
def test_a_packet_is_the_same_whatever_carried_it(title: str, tmp_path: Path) -> None:
    link, headers = LINKS[title]
    frames = recorded(saved(tmp_path, [Packet(0, build(*headers), link)]))
    (one,) = frames.where("udp.dstport == 6000")
    assert one["data.data"] == [b"hello"]
    assert "eth" not in one.frame or link == 1
    assert build(*one.frame.headers) == one.data
    assert one.frame.error is None

    frames.save(tmp_path / "again.pcapng")
    (again,) = recorded(tmp_path / "again.pcapng")
    assert again == one


def test_bytes_behind_a_packet_are_kept(tmp_path: Path) -> None:
    link, headers = LINKS["cooked"]
    (one,) = recorded(saved(tmp_path, [Packet(0, build(*headers) + b"trailer", link)]))
    assert one["data.data"] == [b"hello", b"trailer"]
    assert build(*one.frame.headers) == one.data


@pytest.mark.parametrize(
    ("link", "data", "complaint"),
    [
        (127, FRAME, "link type 127 (Wi-Fi with radiotap): expected Ethernet, loopback, cooked"),
        (147, FRAME, "link type 147: expected Ethernet, loopback, cooked or raw IP"),
        (101, b"\x50", "a packet without a link layer: expected IP version 4 or 6, got 5"),
        (101, b"", "an IPv4 header: expected 20 bytes, got 0"),
        (113, FRAME[:7], "a cooked header: expected 16 bytes, got 7"),
        (276, FRAME[:19], "a cooked header: expected 20 bytes, got 19"),
        (0, FRAME[:3], "a loopback header: expected 4 bytes, got 3"),
    ],
)
def test_frames_of_another_link_are_listed_and_say_which(
    link: int, data: bytes, complaint: str, tmp_path: Path
) -> None:
    frames = recorded(saved(tmp_path, [Packet(0, data, link), SENT[0]]))
    assert len(frames) == 2
    assert str(frames[0].frame.error).startswith(complaint)
    assert len(frames.where("udp")) == 1


def test_who_speaks_on_which_port_can_be_said(tmp_path: Path) -> None:
    data = build(Ethernet(), DATAGRAM[0], UDP(50_001, 40_007), TFTP(4, 1))
    path = saved(tmp_path, [Packet(0, data)])
    assert "tftp" not in recorded(path)[0].frame
    assert recorded(path, ports={40_007: TFTP})[0]["tftp.block"] == [1]


# -- as others see them ----------------------------------------------------------------------


@pytest.mark.peer
def test_what_tshark_writes_in_the_older_format_is_what_it_read(tmp_path: Path) -> None:
    editcap = shutil.which("editcap")
    if editcap is None:
        pytest.skip("there is no editcap here: install tshark to see us read what it writes")
    ours = saved(tmp_path, [Packet(p.time_ns + 7, p.data) for p in SENT])
    for kind in ("pcap", "nsecpcap"):
        theirs = tmp_path / kind
        subprocess.run([editcap, "-F", kind, ours, theirs], check=True, capture_output=True)
        lost = 7 if kind == "pcap" else 0
        expected = [Packet(p.time_ns + 7 - lost, p.data, 1) for p in SENT]
        assert seen(recording.packets(theirs)) == seen(expected)
