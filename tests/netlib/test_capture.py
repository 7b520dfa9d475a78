"""Frames off a LAN: what a capture sees, what it saves, and what Wireshark's tools say to it."""

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from netlib import pcapng
from netlib.capture import Frames, capture, recorded
from netlib.deadlines import stretched
from netlib.dissect import UDP, Ethernet, IPv4, build
from netlib.errors import LanError, Truncated, Unavailable
from netlib.lan import Host, Lan, Switch

DEADLINE_S = stretched(60)


@pytest.fixture
def lan() -> Iterator[Lan]:
    try:
        lan = Lan("192.0.2.0/24").start()
    except Unavailable as missing:
        pytest.skip(str(missing))
    lan.host("anna")
    lan.host("ben")
    yield lan
    lan.close()


@pytest.fixture
def anna(lan: Lan) -> Host:
    return lan.hosts[0]


@pytest.fixture
def ben(lan: Lan) -> Host:
    return lan.hosts[1]


@pytest.fixture
def switch(lan: Lan) -> Switch:
    return lan.switches[0]


def send(host: Host, to: Host, port: int = 6000, data: bytes = b"hello", count: int = 1) -> None:
    with host, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _ in range(count):
            sock.sendto(data, (to.address, port))


def listener(host: Host, port: int = 6000) -> socket.socket:
    with host:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("", port))
    return sock


def megabyte(anna: Host, ben: Host) -> None:
    """Send 1 MB over TCP."""
    with ben:
        server = socket.create_server(("", 80))
    with anna:
        client = socket.create_connection((ben.address, 80), DEADLINE_S)
    with server, client:
        accepted, _ = server.accept()
        with accepted:
            accepted.settimeout(DEADLINE_S)
            left = 1_000_000
            client.settimeout(DEADLINE_S)
            sent = memoryview(bytes(left))
            while left:
                client.sendall(sent[: min(left, 50_000)])
                size = min(left, 50_000)
                while size:
                    got = len(accepted.recv(size))
                    size, left = size - got, left - got


# ---------------------------------------------------------------- live


def test_a_switch_shows_every_frame_once_where_it_came_in(
    switch: Switch, anna: Host, ben: Host
) -> None:
    with listener(ben), capture(switch) as frames:
        send(anna, ben)
        frames.wait(3)
    assert [(one.interface, one.direction) for one in frames] == [
        ("port1", "in"),
        ("port2", "in"),
        ("port1", "in"),
    ]
    assert [str(one) for one in frames][:2] == [
        "ARP Who has 192.0.2.2? Tell 192.0.2.1",
        "ARP 192.0.2.2 is at 02:00:00:00:00:02",
    ]
    datagram = frames[2]
    assert datagram["ip.dst"] == ["192.0.2.2"]
    assert datagram["udp.dstport"] == [6000]
    assert datagram.data.endswith(b"hello")
    assert datagram.length == len(datagram.data) == 47
    assert frames[0].time_ns < frames[1].time_ns < frames[2].time_ns
    assert frames.dropped == 0


def test_a_host_shows_what_it_sends_and_what_it_receives(anna: Host, ben: Host) -> None:
    with listener(ben), capture(anna) as frames:
        send(anna, ben)
        frames.wait(3)
    assert [one.direction for one in frames] == ["out", "in", "out"]
    assert {one.interface for one in frames} == {"eth0"}


def test_a_filter_chooses_while_frames_come_and_afterwards(
    switch: Switch, anna: Host, ben: Host
) -> None:
    with listener(ben), listener(ben, 7000), capture(switch) as every:
        with capture(switch, "ip.dst == 192.0.2.2 and udp.port == 6000") as wanted:
            send(anna, ben, 7000)
            send(anna, ben, 6000)
            wanted.wait(1)
    assert len(wanted) == 1
    assert len(every) == 4
    assert [one.data for one in every.where("udp.port == 6000")] == [wanted[0].data]
    assert len(every.where("arp")) == 2
    assert len(every[1:3]) == 2
    with pytest.raises(ValueError, match="^expected a field"):
        capture(switch, "port 6000")
    with pytest.raises(ValueError, match="^expected a field"):
        every.where("port 6000")


def test_waiting_for_what_does_not_come_ends_in_a_sentence(switch: Switch) -> None:
    with capture(switch) as frames:
        with pytest.raises(TimeoutError, match=r"^expected 2 frames within 0\.05 s; <0 frames"):
            frames.wait(2, timeout=0.05)


def test_a_flood_that_nobody_reads_meanwhile_is_kept(switch: Switch, anna: Host, ben: Host) -> None:
    with listener(ben), capture(switch, "udp.port == 6000") as frames:
        send(anna, ben, count=5000)
    assert len(frames) == 5000
    assert frames.dropped == 0


def test_what_the_kernel_drops_is_counted_and_shown(
    switch: Switch, anna: Host, ben: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netlib.capture._EMPTY_S", 1000.0)  # nobody empties the ring of 8192
    with listener(ben), capture(switch) as frames:
        send(anna, ben, count=9000)
        assert frames.dropped > 500
    assert len(frames) + frames.dropped >= 9000
    assert f"{frames.dropped:,} dropped by the kernel, seen on switch>" in repr(frames)


def test_lo_is_shown_only_if_it_is_asked_for(anna: Host) -> None:
    with listener(anna), capture(anna) as usual, capture(anna, interface="lo") as inner:
        send(anna, anna)
        inner.wait(2)
    assert len(usual) == 0
    assert [one.direction for one in inner] == ["out", "in"]


def test_a_vlan_tag_stays_in_the_frame(anna: Host, ben: Host) -> None:
    """The kernel takes it out (802.1Q) and tells it beside the frame."""
    packet = build(
        Ethernet(ben.macs[0], anna.macs[0]), IPv4("192.0.2.1", "192.0.2.2", 17), UDP(1, 2), b"x"
    )
    tagged = packet[:12] + bytes.fromhex("8100 2007") + packet[12:]
    with anna, socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock, capture(ben) as frames:
        sock.bind(("eth0", 3))
        sock.send(tagged)
        assert frames.wait(1)[0].data == tagged


def test_what_cannot_be_captured_is_told(anna: Host) -> None:
    with pytest.raises(LanError, match=r"^expected an interface of anna \(lo, eth0\); got 'eth9'$"):
        capture(anna, interface="eth9")
    with pytest.raises(TypeError, match="expected a switch, hub, host or router; got 'anna'$"):
        capture("anna")  # type: ignore[arg-type]
    used = capture(anna)
    with used:
        pass
    with pytest.raises(LanError, match="^expected a new capture"), used:
        pass


def test_a_listing_is_complete_or_says_what_is_left_out(
    switch: Switch, anna: Host, ben: Host
) -> None:
    with listener(ben), capture(switch, "udp") as frames:
        send(anna, ben, count=70)
        frames.wait(70)
    lines = str(frames).splitlines()
    assert lines[0].startswith("   1   0.000000  port1 in   192.0.2.1 > 192.0.2.2 UDP ")
    assert lines[-2:] == [
        "   … 10 more: frames[60:]",
        "70 frames, none dropped, seen on switch, udp",
    ]
    bundle = frames._repr_mimebundle_()
    assert bundle["text/plain"] == str(frames)
    assert bundle["text/html"].startswith("<pre>   1   0.000000  port1 in   192.0.2.1 &gt; ")


# ---------------------------------------------------------------- files


def test_a_saved_capture_is_a_recording_of_the_same_frames(
    switch: Switch, anna: Host, ben: Host, tmp_path: Path
) -> None:
    with listener(ben), capture(switch) as frames:
        send(anna, ben)
        frames.wait(3)
    path = tmp_path / "lan.pcapng"
    frames.save(path)
    again = recorded(path)
    assert list(again) == list(frames)
    assert str(again).endswith(
        "\n3 frames, none dropped, in a recording, made elsewhere: lan.pcapng"
    )


def test_a_cut_frame_is_taken_apart_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = build(Ethernet(), IPv4("192.0.2.1", "192.0.2.2", 17), UDP(1, 2), bytes(500))
    path = tmp_path / "cut.pcapng"
    pcapng.write(path, [pcapng.Packet(10**18, whole[:60], original_length=len(whole))])
    [cut] = recorded(path)
    assert (cut.length, len(cut.data)) == (542, 60)
    assert cut["udp.dstport"] == [2]
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(Truncated):
        recorded(path)


def test_an_empty_listing_is_one_line() -> None:
    assert str(Frames([], "seen nowhere")) == "0 frames, none dropped, seen nowhere"


def test_tshark_finds_every_frame_and_no_bad_checksum(
    switch: Switch, anna: Host, ben: Host, tmp_path: Path
) -> None:
    if shutil.which("tshark") is None:
        pytest.skip("there is no tshark here: install it to read our captures")
    with capture(switch) as frames:
        megabyte(anna, ben)
    path = tmp_path / "lan.pcapng"
    frames.save(path)
    checks = [
        word for name in ("ip", "tcp", "udp") for word in ("-o", f"{name}.check_checksum:TRUE")
    ]
    fields = ["frame.interface_name", "frame.len", "ip.checksum.status", "tcp.checksum.status"]
    names = [word for name in fields for word in ("-e", name)]
    read = subprocess.run(
        ["tshark", "-r", path, *checks, "-T", "json", *names],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [packet["_source"]["layers"] for packet in json.loads(read.stdout)]
    assert len(rows) == len(frames) > 300
    assert max(one.length for one in frames) <= 1514, "offloads are on: no cable carries this"
    for row, one in zip(rows, frames, strict=True):
        assert row["frame.interface_name"] == [one.interface]
        assert row["frame.len"] == [str(one.length)]
        if one["tcp.dstport"]:
            assert row["ip.checksum.status"] == row["tcp.checksum.status"] == ["1"]
