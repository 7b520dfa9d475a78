"""How many frames a second become a line of text, and what other dissectors need for it.

CPU time of one core, the best of several rounds; ratios in the same run. dpkt and scapy are
compared where they can be imported: `pip install dpkt scapy`, in an environment of their own.
"""

import importlib.util
import time
from collections.abc import Callable

from netlib.dissect import (
    ARP,
    DNS,
    HTTP,
    ICMP,
    TCP,
    UDP,
    Ethernet,
    IPv4,
    IPv6,
    Name,
    Option,
    Question,
    Record,
    build,
    dissect,
)
from netlib.dissect.tcp import ACK, PSH, SYN, max_segment_size, timestamps, window_scale

ROUNDS, FRAMES = 7, 20_000

_MACS = ("02:00:00:00:00:02", "02:00:00:00:00:01")
_V4, _V6, _ARP = Ethernet(*_MACS), Ethernet(*_MACS, 0x86DD), Ethernet(*_MACS, 0x0806)
_CLOCK = (Option(1), Option(1), timestamps(1, 2))
_BLANK = (max_segment_size(1460), Option(4), timestamps(1, 0), Option(1), window_scale(7))
_ASKED = (Question(Name.of("www.example.org")),)
_FOUND = (Record(Name("www.example.org", b"\xc0\x0c"), 1, bytes((192, 0, 2, 7)), 300),)


def _ip(protocol: int) -> IPv4:
    return IPv4("192.0.2.1", "198.51.100.2", protocol)


def _tcp(flags: int, *options: Option, port: int = 5000) -> tuple[IPv4, TCP]:
    return _ip(6), TCP(40000, port, 1_000_000, 2_000_000, flags, options=options)


KINDS = {  # name: how many of a hundred frames, and one of them
    "TCP, bulk data": (40, build(_V4, *_tcp(ACK, *_CLOCK, port=80), bytes(1448))),
    "TCP, acknowledgement": (30, build(_V4, *_tcp(ACK, *_CLOCK, port=80))),
    "TCP, SYN with options": (2, build(_V4, *_tcp(SYN, *_BLANK))),
    "HTTP, head": (
        2,
        build(_V4, *_tcp(ACK | PSH, *_CLOCK, port=80), HTTP((b"GET / HTTP/1.1", b"Host: a"))),
    ),
    "UDP over IPv4": (6, build(_V4, _ip(17), UDP(40000, 5000), bytes(100))),
    "UDP over IPv6": (
        2,
        build(_V6, IPv6("2001:db8::1", "2001:db8::2", 17), UDP(40000, 5000), bytes(100)),
    ),
    "DNS, query": (3, build(_V4, _ip(17), UDP(40000, 53), DNS(7, questions=_ASKED))),
    "DNS, answer": (3, build(_V4, _ip(17), UDP(53, 40000), DNS(7, 0x8180, _ASKED, _FOUND))),
    "ICMP, echo": (8, build(_V4, _ip(1), ICMP.echo(7, 1), bytes(56))),
    "ARP": (4, build(_ARP, ARP(1, _MACS[1], "192.0.2.1", "00:00:00:00:00:00", "192.0.2.2"))),
}


def main() -> None:
    ours = {name: _seconds(_ours, [frame]) for name, (_, frame) in KINDS.items()}
    for name, seconds in ours.items():
        print(f"  {name:24} {seconds * 1e6:6.2f} µs   {1 / seconds:9,.0f} frames/s")
    mixture = [frame for share, frame in KINDS.values() for _ in range(share)]
    seconds = _seconds(_ours, mixture)
    print(f"  {'a hundred, mixed':24} {seconds * 1e6:6.2f} µs   {1 / seconds:9,.0f} frames/s")
    fields = _seconds(lambda frame: str(dissect(frame).fields), mixture, FRAMES // 20)
    print(f"  all fields instead: {fields / seconds:.0f} times as long")
    for name, line in (("dpkt", _dpkt), ("scapy", _scapy)):
        if importlib.util.find_spec(name) is None:
            print(f"  {name}: not installed, not compared")
            continue
        theirs = _seconds(line(), mixture, FRAMES // 20)
        said = "only parsing" if name == "dpkt" else "a line"
        print(f"  {name}, {said}: {theirs / seconds:.1f} times as long ({1 / theirs:,.0f}/s)")


def _ours(frame: bytes) -> str:
    return dissect(frame).summary()


def _dpkt() -> Callable[[bytes], object]:
    import dpkt

    return dpkt.ethernet.Ethernet  # it has no lines


def _scapy() -> Callable[[bytes], object]:
    import scapy.all
    from scapy.layers.l2 import Ether

    assert scapy.all  # it makes the layers known to one another
    return lambda frame: Ether(frame).summary()


def _seconds(line: Callable[[bytes], object], frames: list[bytes], count: int = FRAMES) -> float:
    """Return the CPU time of a frame, at its best."""
    frames = frames * max(1, count // len(frames))
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        for frame in frames:
            line(frame)
        best = min(best, (time.process_time() - began) / len(frames))
    return best


if __name__ == "__main__":
    main()
