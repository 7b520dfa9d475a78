"""Which header follows which, and the walk through a frame from the outermost one to its end."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace

from netlib.dissect.arp import ARP
from netlib.dissect.dhcp import DHCP
from netlib.dissect.dns import DNS, DNSOverTCP
from netlib.dissect.ethernet import ARP_TYPE, IPV4_TYPE, IPV6_TYPE, VLAN, VLAN_TYPES, Ethernet
from netlib.dissect.header import Data, Header
from netlib.dissect.http import HTTP
from netlib.dissect.icmp import ICMP
from netlib.dissect.icmpv6 import ICMPv6
from netlib.dissect.ipv4 import (
    ICMP_PROTOCOL,
    ICMPV6_PROTOCOL,
    TCP_PROTOCOL,
    UDP_PROTOCOL,
    IPv4,
)
from netlib.dissect.ipv6 import IPv6
from netlib.dissect.ipv6_extensions import (
    Authentication,
    DestinationOptions,
    Fragment,
    HopByHop,
    Routing,
)
from netlib.dissect.link import FAMILIES, Cooked, Loopback
from netlib.dissect.tcp import TCP
from netlib.dissect.tftp import TFTP
from netlib.dissect.udp import UDP
from netlib.errors import Malformed, Truncated, WireError

__all__ = ["TCP_PORTS", "UDP_PORTS", "Layer", "Ports", "walk"]

Ports = Mapping[int, type[Header]]

_ETHERTYPES: dict[int, type[Header]] = {IPV4_TYPE: IPv4, ARP_TYPE: ARP, IPV6_TYPE: IPv6}
_ETHERTYPES |= dict.fromkeys(VLAN_TYPES, VLAN)
_LINKS = Ethernet | VLAN | Loopback | Cooked
_TRANSPORTS: dict[int, type[Header]] = {
    TCP_PROTOCOL: TCP,
    UDP_PROTOCOL: UDP,
    51: Authentication,
}
_OVER_IPV4: dict[int, type[Header]] = {ICMP_PROTOCOL: ICMP, **_TRANSPORTS}
_OVER_IPV6: dict[int, type[Header]] = {
    0: HopByHop,
    43: Routing,
    44: Fragment,
    60: DestinationOptions,
    ICMPV6_PROTOCOL: ICMPv6,
    **_TRANSPORTS,
}
UDP_PORTS: Ports = {53: DNS, 67: DHCP, 68: DHCP, 69: TFTP, 5353: DNS}  # 5353: mDNS, RFC 6762
TCP_PORTS: Ports = {53: DNSOverTCP, 80: HTTP, 8080: HTTP}


@dataclass(frozen=True, slots=True)
class Layer:
    """A header at its place in a frame.

    Attributes:
        start: index of the header's first byte.
        payload: index of the first byte after the header.
        stop: index after the last byte of its payload.
        quoted: it belongs to a packet that an ICMP error quotes.
        cut: the payload is longer than what is there.
    """

    header: Header
    start: int
    payload: int
    stop: int
    quoted: bool = False
    cut: bool = False


def walk(
    data: bytes,
    forgiven: type[WireError] | tuple[()],
    ports: Ports,
    kind: type[Header] = Ethernet,
) -> tuple[tuple[Layer, ...], WireError | None]:
    """Return the layers of a frame, outermost first, and the error that was forgiven.

    Args:
        forgiven: what ends the walk instead of being raised; the bytes that are left are Data.
        ports: who speaks on which port, before what is usual.
        kind: the outermost header.
    """
    layers: list[Layer] = []
    error: WireError | None = None
    start, stop = 0, len(data)
    bounded = False  # a length in the frame says that it ends at stop: more would not help
    quoted = cut = False
    while True:
        # What is quoted is cut as a rule, and need not have been right in the first place.
        accepted = WireError if quoted else forgiven
        try:
            header = _parsed(kind, data, start, stop, bounded)
            end, wrong = _end(header, start, stop, bounded)
            if wrong and not isinstance(wrong, accepted):
                raise wrong
            cut = cut or wrong is not None
            bounded = bounded or (header.extent is not None and wrong is None)
        except accepted as problem:
            header, end, wrong = Data.parse(data, start, stop), stop, problem
        error = error or (None if quoted else wrong)
        if header.size or not layers:
            layers.append(Layer(header, start, start + header.size, end, quoted, cut))
        start, stop = start + header.size, end
        kind = _following(header, data, start, stop, ports)
        if kind is Data and start >= stop:
            return _with_leftovers(data, layers), error
        if _is_error(header):  # no error is sent about an error (RFC 1122, 3.2.2)
            kind, quoted = (Data if quoted else kind), True


def _parsed(kind: type[Header], data: bytes, start: int, stop: int, bounded: bool) -> Header:
    try:
        return kind.parse(data, start, stop)
    except Truncated as error:
        if bounded:
            raise Malformed(str(error)) from None
        raise


def _end(header: Header, start: int, stop: int, bounded: bool) -> tuple[int, WireError | None]:
    """Return where the payload stops, and the error if its header says that it goes on."""
    if header.extent is None:
        return stop, None
    if start + header.extent <= stop:
        return start + header.extent, None
    text = f"expected {header.extent} bytes, as its length says; got {stop - start}"
    return stop, (Malformed if bounded else Truncated)(f"{header.label}: {text}")


def _following(header: Header, data: bytes, start: int, stop: int, ports: Ports) -> type[Header]:
    """Return what the payload of header is."""
    match header:
        case Loopback():
            return FAMILIES.get(header.family, Data)
        case Ethernet() | VLAN() | Cooked():
            return _ETHERTYPES.get(header.type, Data)
        case IPv4():
            return Data if header.fragmented else _OVER_IPV4.get(header.protocol, Data)
        case Fragment() if header.fragmented:
            return Data
        case IPv6() | HopByHop() | Routing() | Fragment() | DestinationOptions():
            return _OVER_IPV6.get(header.next_header, Data)
        case Authentication():
            return (_OVER_IPV6 | _OVER_IPV4).get(header.next_header, Data)
        case ICMP() | ICMPv6() if header.is_error:
            return IPv4 if isinstance(header, ICMP) else IPv6
        case UDP() | TCP() if start >= stop:
            return Data  # nothing need be said
        case UDP():
            return _spoken(header, ports, UDP_PORTS) or Data
        case TCP():
            found = _spoken(header, ports, TCP_PORTS)
            if found is DNS:
                found = DNSOverTCP
            return found if found and found.begins(data, start, stop) else Data
    return Data


def _spoken(header: UDP | TCP, ports: Ports, usual: Ports) -> type[Header] | None:
    both = header.destination_port, header.source_port
    for known in (ports, usual):
        for port in both:
            if port in known:
                return known[port]
    return None


def _is_error(header: Header) -> bool:
    return isinstance(header, ICMP | ICMPv6) and header.is_error


def _with_leftovers(data: bytes, layers: list[Layer]) -> tuple[Layer, ...]:
    """Give the bytes after a packet to who carried it: Ethernet, or an error that quotes it."""
    first = layers[0]
    links = itertools.takewhile(lambda one: isinstance(one.header, _LINKS), layers)
    used = layers[: len(tuple(links)) + 1][-1].stop  # the packet's end, or the last tag's
    if used < len(data) and isinstance(first.header, Ethernet):
        layers[0] = replace(first, header=replace(first.header, trailer=data[used:]))
    elif used < len(data):  # only Ethernet has a place for them
        layers.append(Layer(Data(data[used:]), used, len(data), len(data)))
    for index, (outer, inner) in enumerate(itertools.pairwise(layers)):
        if inner.stop < outer.stop and isinstance(outer.header, ICMP | ICMPv6):
            left = data[inner.stop : outer.stop]
            layers[index] = replace(outer, header=replace(outer.header, extensions=left))
    return tuple(layers)
