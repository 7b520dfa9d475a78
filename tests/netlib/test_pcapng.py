import contextlib
import io
import json
import shutil
import struct
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib.errors import Malformed, Truncated
from netlib.pcapng import ETHERNET, RAW, Packet, read, write

FRAME = bytes.fromhex("ffffffffffff02000000000188b5") + b"hello"


def written(packets: Iterable[Packet], linktype: int = ETHERNET) -> bytes:
    file = io.BytesIO()
    write(file, packets, linktype)
    return file.getvalue()


packets = st.builds(
    Packet,
    st.integers(0, (1 << 64) - 1),
    st.binary(max_size=50),
    st.sampled_from([ETHERNET, RAW, 147]),
    st.sampled_from(["", "eth0", "网卡"]),
    st.integers(0, (1 << 32) - 1),
    st.text(max_size=20),
    st.sampled_from(["", "in", "out"]),
)


@given(st.lists(packets, max_size=5))
def test_what_is_written_can_be_read(sent: list[Packet]) -> None:
    assert read(io.BytesIO(written(sent))) == sent


def test_a_path_and_defaults(tmp_path: Path) -> None:
    write(tmp_path / "a.pcapng", [Packet(7, FRAME)])
    assert read(str(tmp_path / "a.pcapng")) == [Packet(7, FRAME, ETHERNET, "", len(FRAME), "")]
    write(str(tmp_path / "b.pcapng"), [], RAW)
    assert read(tmp_path / "b.pcapng") == []


def test_packets_are_written_as_they_come() -> None:
    file = io.BytesIO()
    sizes = []

    def endless() -> Iterable[Packet]:
        for _ in range(3):
            sizes.append(len(file.getvalue()))
            yield Packet(0, FRAME)

    write(file, endless())
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize(
    ("packet", "complaint"),
    [
        (Packet(-1, b""), "^expected nanoseconds from 1970 to 2554; got -1$"),
        (Packet(1 << 64, b""), "^expected nanoseconds from 1970 to 2554; got 184467440737095516"),
        (Packet(0, b"", comment="x" * 65_536), "^expected at most 65,535 bytes of text; got 65,53"),
    ],
)
def test_what_the_format_cannot_hold_is_refused(packet: Packet, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        written([packet])


def section(order: str) -> bytes:
    return struct.pack(f"{order}IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)


def block(order: str, kind: int, body: bytes) -> bytes:
    size = len(body) + 12
    return struct.pack(f"{order}II", kind, size) + body + struct.pack(f"{order}I", size)


@pytest.mark.parametrize("order", "<>")
def test_either_byte_order_and_other_resolutions_are_read(order: str) -> None:
    def interface(*options: tuple[int, bytes]) -> bytes:
        packed = b"".join(
            struct.pack(f"{order}HH", code, len(value)) + value + bytes(-len(value) % 4)
            for code, value in options
        )
        return block(order, 1, struct.pack(f"{order}HHI", 1, 0, 0) + packed)

    def packet(number: int, ticks: int) -> bytes:
        header = struct.pack(f"{order}IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, 3, 60)
        comments = struct.pack(f"{order}HH4sHH4s", 1, 3, b"one", 1, 3, b"two")
        return block(order, 6, header + b"abc\0" + comments)

    file = (
        section(order)
        + interface((2, b"eth0"))  # microseconds, as nothing is said
        + interface((9, b"\x83"), (14, struct.pack(f"{order}q", 10)))  # eighths, from 10 s on
        + block(order, 5, b"statistics..")
        + packet(0, 1_500_000)
        + packet(1, 12)
        + block(order, 3, struct.pack(f"{order}I", 2) + b"hi\0\0")
    )
    assert read(io.BytesIO(file)) == [
        Packet(1_500_000_000, b"abc", 1, "eth0", 60, "one\ntwo"),
        Packet(11_500_000_000, b"abc", 1, "", 60, "one\ntwo"),
        Packet(0, b"hi", 1, "eth0", 2, ""),
    ]
    other = "<" if order == ">" else ">"
    assert len(read(io.BytesIO(file + section(other)))) == 3


def test_a_packet_of_the_older_block_is_read() -> None:
    old = struct.pack("<HHIIII", 0, 0xFFFF, 1, 500, 3, 60) + b"abc\0"
    file = section("<") + block("<", 1, struct.pack("<HHI", 1, 0, 0)) + block("<", 2, old)
    assert read(io.BytesIO(file)) == [Packet(((1 << 32) + 500) * 1000, b"abc", 1, "", 60)]


def test_a_simple_block_has_what_the_interface_kept() -> None:
    kept = struct.pack("<HHI", 1, 0, 5)
    cut, whole = (struct.pack("<I", size) + b"abcde\0\0\0"[: size + -size % 4] for size in (9, 3))
    file = section("<") + block("<", 1, kept) + block("<", 3, cut) + block("<", 3, whole)
    assert read(io.BytesIO(file)) == [
        Packet(0, b"abcde", 1, "", 9),
        Packet(0, b"abc", 1, "", 3),
    ]


def test_other_flags_of_a_packet_are_not_its_direction() -> None:
    def flagged(flags: int) -> bytes:
        options = struct.pack("<HHI", 2, 4, flags) + bytes(4)
        return block("<", 6, struct.pack("<IIIII", 0, 0, 0, 0, 0) + options)

    file = section("<") + block("<", 1, struct.pack("<HHI", 1, 0, 0))
    file += b"".join(map(flagged, (0x8000_0001, 0x1E, 3, 0)))
    assert [packet.direction for packet in read(io.BytesIO(file))] == ["in", "out", "", ""]


GOOD = written([Packet(5, FRAME, comment="hello")])


@pytest.mark.parametrize("size", range(4, len(GOOD)))
def test_a_file_that_was_cut_is_said_to_be(size: int) -> None:
    borders, at = set(), 0
    while at < len(GOOD):
        at += struct.unpack_from("=I", GOOD, at + 4)[0]
        borders.add(at)
    if size in borders:
        assert read(io.BytesIO(GOOD[:size])) == []
        return
    with pytest.raises(Truncated, match="^byte [0-9]+: expected a block of [0-9]+ bytes"):
        read(io.BytesIO(GOOD[:size]))


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "which begins with 0a 0d 0d 0a; got no bytes"),
        (bytes.fromhex("d4c3b2a1"), "got the file begins with d4 c3 b2 a1"),
        (GOOD[:8] + b"abcd" + GOOD[12:], "byte 0: .* the mark of a byte order; got 61 62 63 64"),
        (section("<") + block("<", 6, bytes(20)), "byte 28: .* one of 0 interfaces; got number 0"),
        (section("<") + block("<", 1, b"abcd"), "byte 28: .* its type's fields; got 4 bytes"),
        (section("<") + struct.pack("<III", 1, 13, 0), "a size from 12 in steps of 4; got 13"),
        (section("<") + struct.pack("<III", 1, 12, 9), "its size 12 again at its end; got 9"),
    ],
)
def test_what_is_no_pcapng_is_said_to_be(data: bytes, complaint: str) -> None:
    with pytest.raises(Malformed, match=complaint):
        read(io.BytesIO(data))


@given(st.binary(max_size=60), st.integers(0, len(GOOD)))
def test_any_bytes_are_read_or_refused_as_a_wire_error(noise: bytes, at: int) -> None:
    for data in (noise, GOOD[:at] + noise + GOOD[at:], GOOD[:at] + noise + GOOD[at + len(noise) :]):
        with contextlib.suppress(Truncated, Malformed):
            read(io.BytesIO(data))


@pytest.mark.peer
def test_tshark_reads_what_is_written_and_we_read_what_it_writes(tmp_path: Path) -> None:
    tshark = shutil.which("tshark")
    if tshark is None:
        pytest.skip("there is no tshark here: install it to see it read our files")
    ours, theirs = tmp_path / "ours.pcapng", tmp_path / "theirs.pcapng"
    sent = [
        Packet(1_700_000_000_123_456_789, FRAME, ETHERNET, "lan0", 2000, "你好", "in"),
        Packet(1_700_000_001_000_000_001, FRAME, ETHERNET, "lan1", len(FRAME), ""),
    ]
    write(ours, sent)
    command = [tshark, "-r", str(ours), "-T", "json"]
    shown = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    frames = [packet["_source"]["layers"]["frame"] for packet in shown]
    assert [frame["frame.interface_id_tree"]["frame.interface_name"] for frame in frames] == [
        "lan0",
        "lan1",
    ]
    assert [frame["frame.len"] for frame in frames] == ["2000", str(len(FRAME))]
    subprocess.run([tshark, "-r", str(ours), "-w", str(theirs)], capture_output=True, check=True)
    assert read(theirs) == sent
