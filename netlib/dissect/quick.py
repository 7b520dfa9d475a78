"""The frames that are nearly all of every capture, to a line without making values.

A shortcut, and nothing else: a whole segment, datagram or echo in a plain IPv4 or IPv6 packet
costs a few unpackings, and what is inside it one value. For every other frame there is no
line, and the long way is taken. Both say the same (the tests compare them).
"""

import struct

from netlib.columns import clean
from netlib.dissect.addresses import ipv4_text, ipv6_text, mac_text
from netlib.dissect.header import Header
from netlib.dissect.ipv4 import ICMP_PROTOCOL, ICMPV6_PROTOCOL, TCP_PROTOCOL, UDP_PROTOCOL
from netlib.dissect.layers import TCP_PORTS, UDP_PORTS
from netlib.dissect.options import unpack
from netlib.dissect.tcp import ACK, FLAGS_TEXTS
from netlib.errors import WireError

__all__ = ["quick_line"]

_IPV4 = struct.Struct("!BxHxxHxBxx4s4s").unpack_from  # from version and length on
_IPV6 = struct.Struct("!B3xHBx16s16s").unpack_from
_TCP = struct.Struct("!HHIIHH").unpack_from  # up to the window
_UDP = struct.Struct("!HHH").unpack_from
_ECHO = struct.Struct("!BBxxHH").unpack_from
_ECHOES = {
    (ICMP_PROTOCOL, 8): "ICMP echo request",
    (ICMP_PROTOCOL, 0): "ICMP echo reply",
    (ICMPV6_PROTOCOL, 128): "ICMPv6 echo request",
    (ICMPV6_PROTOCOL, 129): "ICMPv6 echo reply",
}
_ARP = bytes((0x08, 0x06, 0, 1, 8, 0, 6, 4, 0))  # type; Ethernet and IPv4; half the operation
# Timestamps after two bytes of nothing: the options of nearly every segment, so laid out by
# RFC 7323, appendix A.
_USUAL_OPTIONS = b"\x01\x01\x08\x0a"


def quick_line(data: bytes) -> str | None:
    """Return the summary of a frame that is whole and well-formed, or None: look closer."""
    size = len(data)
    if size < 42:
        return None
    kind = data[12:14]
    if kind == b"\x08\x00":
        version, length, fragment, protocol, source, destination = _IPV4(data, 14)
        if version != 0x45 or fragment & 0x3FFF:  # options, or a part of a packet
            return None
        start, stop = 34, 14 + length
        between = f"{ipv4_text(source)} > {ipv4_text(destination)}"
    elif kind == b"\x86\xdd" and size >= 62:
        version, length, protocol, source, destination = _IPV6(data, 14)
        if version >> 4 != 6:
            return None
        start, stop = 54, 54 + length
        between = f"{ipv6_text(source)} > {ipv6_text(destination)}"
    else:
        return _arp(data)
    if stop > size or stop - start < 8:
        return None
    if protocol == TCP_PROTOCOL:
        return _tcp(data, start, stop, between)
    if protocol == UDP_PROTOCOL:
        return _udp(data, start, stop, between)
    type, _, identifier, sequence = _ECHO(data, start)
    if (protocol, type) in _ECHOES and (protocol == ICMP_PROTOCOL) == (kind == b"\x08\x00"):
        name, length = _ECHOES[protocol, type], stop - start - 8
        return f"{between} {name} id={identifier} seq={sequence} len={length}"
    return None


def _tcp(data: bytes, start: int, stop: int, between: str) -> str | None:
    if stop - start < 20:
        return None
    source_port, port, sequence, acknowledgement, bits, window = _TCP(data, start)
    payload, flags = start + (bits >> 12) * 4, bits & 0x1FF
    if not start + 20 <= payload <= stop:
        return None
    if payload > start + 20 and not (
        payload == start + 32 and data[start + 20 : start + 24] == _USUAL_OPTIONS
    ):
        try:
            unpack(data, start + 20, payload, "TCP")
        except WireError:
            return None
    inside = TCP_PORTS.get(port) or TCP_PORTS.get(source_port)
    if inside and payload < stop and inside.begins(data, payload, stop):
        return _line_of(inside, data, payload, stop, between)
    ack = f" ack={acknowledgement}" if flags & ACK else ""
    return (
        f"{between} TCP {source_port} > {port} [{FLAGS_TEXTS[flags]}] "
        f"seq={sequence}{ack} win={window} len={stop - payload}"
    )


def _udp(data: bytes, start: int, stop: int, between: str) -> str | None:
    source_port, port, length = _UDP(data, start)
    if length != stop - start:
        return None
    inside = UDP_PORTS.get(port) or UDP_PORTS.get(source_port)
    if inside and length > 8:
        return _line_of(inside, data, start + 8, stop, between)
    return f"{between} UDP {source_port} > {port} len={length - 8}"


def _line_of(kind: type[Header], data: bytes, start: int, stop: int, between: str) -> str | None:
    try:
        header = kind.parse(data, start, stop)
    except WireError:
        return None
    return clean(f"{between} {kind.label} {header.line(stop - start - header.size)}")


def _arp(data: bytes) -> str | None:
    if data[12:21] != _ARP:
        return None
    if data[21] == 1:
        return f"ARP Who has {ipv4_text(data[38:42])}? Tell {ipv4_text(data[28:32])}"
    if data[21] == 2:
        return f"ARP {ipv4_text(data[28:32])} is at {mac_text(data[22:28])}"
    return None
