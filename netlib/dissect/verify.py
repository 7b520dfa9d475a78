"""Whether the checksums in a frame are right: good, bad, absent or not checked (RFC 1071)."""

from collections.abc import Sequence
from dataclasses import dataclass

from netlib.dissect.checksum import internet_checksum
from netlib.dissect.header import Header
from netlib.dissect.icmp import ICMP
from netlib.dissect.icmpv6 import ICMPv6
from netlib.dissect.ipv4 import ICMPV6_PROTOCOL, TCP_PROTOCOL, UDP_PROTOCOL, IPv4
from netlib.dissect.ipv6 import IPv6
from netlib.dissect.ipv6_extensions import Routing
from netlib.dissect.layers import Layer
from netlib.dissect.tcp import TCP
from netlib.dissect.udp import UDP
from netlib.fields import Field

__all__ = ["Verdict", "verdicts"]

_NAMES: dict[type[Header], tuple[str, int]] = {  # tshark's name, and where the checksum stands
    IPv4: ("ip.checksum", 10),
    ICMP: ("icmp.checksum", 2),
    ICMPv6: ("icmpv6.checksum", 2),
    TCP: ("tcp.checksum", 16),
    UDP: ("udp.checksum", 6),
}
_PROTOCOLS: dict[type[Header], int] = {
    ICMPv6: ICMPV6_PROTOCOL,
    TCP: TCP_PROTOCOL,
    UDP: UDP_PROTOCOL,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of one checksum.

    Attributes:
        status: "good", "bad", "absent" (UDP's sender made none), or "not checked": not all
            the bytes that it covers are here, or their addresses are not the final ones.
        field: the same as a field; it has no bytes of its own.
        note: a sentence, if the checksum is bad.
    """

    status: str
    field: Field
    note: str = ""


def verdicts(data: bytes, layers: Sequence[Layer]) -> dict[int, Verdict]:
    """Return a verdict for every layer of the frame data that has a checksum, by its index."""
    found: dict[int, Verdict] = {}
    ip: IPv4 | IPv6 | None = None
    rerouted = False
    for index, layer in enumerate(layers):
        header = layer.header
        if isinstance(header, IPv4 | IPv6):
            ip, rerouted = header, False
        elif isinstance(header, Routing):  # RFC 8200, 8.1: the sum is over the last destination
            rerouted = header.segments_left > 0
        if type(header) in _NAMES:
            found[index] = _verdict(data, layer, ip, rerouted)
    return found


def _verdict(data: bytes, layer: Layer, ip: IPv4 | IPv6 | None, rerouted: bool) -> Verdict:
    header = layer.header
    name, offset = _NAMES[type(header)]
    there = int.from_bytes(data[layer.start + offset : layer.start + offset + 2])
    note = ""
    if isinstance(header, UDP) and there == 0 and isinstance(ip, IPv4):
        status = "absent"
    elif not isinstance(header, IPv4) and (layer.cut or rerouted):
        status = "not checked"
    else:
        above, covered = _covered(data, layer, ip)
        status = "bad" if internet_checksum(above + covered) else "good"
        if status == "bad":
            blank = covered[:offset] + bytes(2) + covered[offset + 2 :]
            note = (
                f"{header.label} checksum: expected 0x{internet_checksum(above + blank):04x}; "
                f"got 0x{there:04x} (damaged, or captured before the network card computed it)"
            )
    place = layer.start + offset
    return Verdict(status, Field(f"{name}.status", place, place, status), note)


def _covered(data: bytes, layer: Layer, ip: IPv4 | IPv6 | None) -> tuple[bytes, bytes]:
    """Return what is summed: the pseudo-header, then bytes of the frame."""
    header = layer.header
    if isinstance(header, IPv4):
        return b"", data[layer.start : layer.payload]
    covered = data[layer.start : layer.stop]
    if isinstance(header, ICMP) or ip is None:
        return b"", covered
    return ip.pseudo_header(_PROTOCOLS[type(header)], len(covered)), covered
