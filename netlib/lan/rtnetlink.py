"""Links, addresses, routes and neighbours as requests to the kernel, and its answers as values.

Nothing here touches a socket (rtnetlink(7), linux/rtnetlink.h, linux/if_link.h). Interfaces
are named by their index in their network, which whoever makes them may choose.
"""

import ipaddress
import os
import socket
import struct
from dataclasses import dataclass

from netlib.lan.addresses import Address, Network
from netlib.netlink import (
    ACK,
    CREATE,
    EXCL,
    attribute,
    attributes,
    message,
    nested,
)

__all__ = [
    "GETADDR",
    "GETLINK",
    "GETNEIGH",
    "GETROUTE",
    "Entry",
    "add_address",
    "add_bridge",
    "add_route",
    "add_veth",
    "carries",
    "delete_address",
    "everything",
    "forward",
    "one_link",
    "quiet",
    "read_address",
    "read_link",
    "read_neighbour",
    "read_route",
    "up",
]

NEWLINK, NEWADDR, NEWROUTE = 16, 20, 24
DELADDR = 21
GETLINK, GETADDR, GETROUTE, GETNEIGH = 18, 22, 26, 30
_NEW = ACK | CREATE | EXCL

_LINK = struct.Struct("=BxHiII")  # ifinfomsg: family, type, index, flags, which flags
_ADDRESS = struct.Struct("=BBBBi")  # ifaddrmsg: family, prefix length, flags, scope, index
_ROUTE = struct.Struct("=8BI")  # rtmsg
_NEIGHBOUR = struct.Struct("=BxxxiHBB")  # ndmsg: family, index, state, flags, type

_MASTER, _AF_SPEC = 10, 26  # IFLA_*
_MAIN, _UNIVERSE, _LINK_SCOPE = 254, 0, 253  # RT_TABLE_MAIN, RT_SCOPE_*
_IPV6 = "/proc/net/if_inet6"
_UP, _NO_DAD = 0x1, 0x02  # IFF_UP, IFA_F_NODAD


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a table of the kernel; what a table does not have is None, 0 or empty.

    Attributes:
        index: of the interface.
        state: of a neighbour: bits of NUD_*.
        idle_s: seconds since a bridge last heard of mac.
    """

    index: int
    network: Network | None = None
    address: Address | None = None
    prefix: int = 0
    mac: str = ""
    name: str = ""
    state: int = 0
    idle_s: float = 0.0


# ---------------------------------------------------------------- requests


def add_bridge(index: int, name: str, mac: str, *, learns: bool) -> bytes:
    """A switch; one that does not learn (its entries age at once) is a hub."""
    data = [attribute(23, b"\0")]  # IFLA_BR_MCAST_SNOOPING: multicast goes to every port
    if not learns:
        data.append(attribute(4, 0))  # IFLA_BR_AGEING_TIME
    kind = nested(18, attribute(1, "bridge"), nested(2, *data))  # IFLA_LINKINFO
    return message(NEWLINK, _NEW, _named(index, name, mac) + kind)


def add_veth(here: tuple[int, str, str], there: tuple[int, str, str], network: int) -> bytes:
    """A cable with two ends, each (index, name, mac); network is a descriptor of the far one."""
    peer = attribute(1, _named(*there) + attribute(28, network))  # VETH_INFO_PEER, NET_NS_FD
    kind = nested(18, attribute(1, "veth"), nested(2, peer))  # IFLA_LINKINFO
    return message(NEWLINK, _NEW, _named(*here) + kind)


def quiet(index: int) -> list[bytes]:
    """No IPv6 address of its own making: its announcements would open every capture.

    Nothing to do where the kernel has no IPv6 (ipv6.disable=1).
    """
    if not os.path.exists(_IPV6):
        return []
    inet6 = nested(socket.AF_INET6, attribute(8, b"\1"))  # IFLA_INET6_ADDR_GEN_MODE: none
    return [message(NEWLINK, ACK, _LINK.pack(0, 0, index, 0, 0) + nested(_AF_SPEC, inet6))]


def up(index: int, bridge: int | None = None) -> bytes:
    """Switch an interface on, after making it a port of a bridge if one is given."""
    master = b"" if bridge is None else attribute(_MASTER, bridge)
    return message(NEWLINK, ACK, _LINK.pack(0, 0, index, _UP, _UP) + master)


def forward(index: int) -> bytes:
    """Forward what IPv4 receives here; /proc/sys, which says the same, is read-only in Docker."""
    inet = nested(socket.AF_INET, nested(1, attribute(1, 1)))  # IFLA_INET_CONF, FORWARDING
    return message(NEWLINK, ACK, _LINK.pack(0, 0, index, 0, 0) + nested(_AF_SPEC, inet))


def add_address(index: int, address: Address, prefix: int) -> bytes:
    """Give an interface an address; IPv6 does not ask first whether somebody has it."""
    packed = address.packed
    body = attribute(1, packed) + attribute(2, packed)  # IFA_ADDRESS, IFA_LOCAL
    if address.version == 4:
        net = ipaddress.IPv4Network((int(address), prefix), strict=False)
        body += attribute(4, net.broadcast_address.packed)  # IFA_BROADCAST
    flags = _NO_DAD if address.version == 6 else 0
    head = _ADDRESS.pack(_family(address), prefix, flags, 0, index)
    return message(NEWADDR, _NEW, head + body)


def delete_address(index: int, address: Address, prefix: int) -> bytes:
    """Take an address with that prefix length from an interface."""
    head = _ADDRESS.pack(_family(address), prefix, 0, 0, index)
    return message(DELADDR, ACK, head + attribute(2, address.packed))  # IFA_LOCAL


def add_route(to: Network, via: Address | None = None, index: int | None = None) -> bytes:
    """Lead packets to a network over the router via, or straight out of an interface."""
    scope = _LINK_SCOPE if via is None and to.version == 4 else _UNIVERSE
    # RTPROT_BOOT, as `ip route add` writes it; RTN_UNICAST
    body = _ROUTE.pack(_family(to), to.prefixlen, 0, 0, _MAIN, 3, scope, 1, 0)
    if to.prefixlen:
        body += attribute(1, to.network_address.packed)  # RTA_DST
    if via is not None:
        body += attribute(5, via.packed)  # RTA_GATEWAY
    if index is not None:
        body += attribute(4, index)  # RTA_OIF
    return message(NEWROUTE, _NEW, body)


def _named(index: int, name: str, mac: str) -> bytes:
    head = _LINK.pack(0, 0, index, 0, 0)
    return head + attribute(3, name) + attribute(1, bytes.fromhex(mac.replace(":", "")))


def _family(of: Address | Network) -> int:
    return socket.AF_INET if of.version == 4 else socket.AF_INET6


def one_link(index: int) -> bytes:
    """The body of a request for one interface."""
    return _LINK.pack(0, 0, index, 0, 0)


def everything(kind: int, family: int) -> bytes:
    """The body of a request for a whole table."""
    size = {GETLINK: _LINK.size, GETADDR: _ADDRESS.size}.get(kind, _ROUTE.size)
    return bytes([family]) + bytes(size - 1)


# ---------------------------------------------------------------- answers


def read_link(body: bytes) -> Entry:
    """Return name, mac and state (1: up) of an interface."""
    _, _, index, flags, _ = _LINK.unpack_from(body)
    found = attributes(body[_LINK.size :])
    name = found[3].rstrip(b"\0").decode()
    return Entry(index, name=name, mac=found.get(1, b"").hex(":"), state=flags & _UP)


def carries(body: bytes) -> bool:
    """Tell from the answer about an interface whether frames pass through it by now."""
    found = attributes(body[_LINK.size :])
    port = attributes(attributes(found.get(18, b"")).get(5, b""))  # INFO_SLAVE_DATA of a port
    return (
        found[33] == b"\1"  # IFLA_CARRIER
        and found[16] in (b"\0", b"\6")  # IFLA_OPERSTATE: unknown or up (RFC 2863)
        and found[6] != b"noop\0"  # IFLA_QDISC
        and port.get(1, b"\3") == b"\3"  # IFLA_BRPORT_STATE: forwarding
    )


def read_address(body: bytes) -> Entry:
    """Return an address of an interface, with its prefix length."""
    _, prefix, _, _, index = _ADDRESS.unpack_from(body)
    found = attributes(body[_ADDRESS.size :])
    own = found[2] if 2 in found else found[1]  # IPv6 has no IFA_LOCAL
    return Entry(index, address=ipaddress.ip_address(own), prefix=prefix)


def read_route(body: bytes) -> Entry | None:
    """Return a route, or None if it is not one of the main table: the kernel's own are many."""
    family, length, _, _, table, _, _, kind, _ = _ROUTE.unpack_from(body)
    found = attributes(body[_ROUTE.size :])
    if table != _MAIN or kind != 1 or 4 not in found:
        return None
    size = 4 if family == socket.AF_INET else 16
    net = ipaddress.ip_network((found.get(1, bytes(size)), length))
    via = ipaddress.ip_address(found[5]) if 5 in found else None
    (index,) = struct.unpack("=I", found[4])
    return Entry(index, network=net, address=via)


def read_neighbour(body: bytes) -> Entry:
    """Return what ARP, neighbour discovery or a bridge has learnt."""
    family, index, state, _, _ = _NEIGHBOUR.unpack_from(body)
    found = attributes(body[_NEIGHBOUR.size :])
    address = None
    if family in (socket.AF_INET, socket.AF_INET6):
        address = ipaddress.ip_address(found[1])
    _, used, *_ = struct.unpack("=4I", found[3]) if 3 in found else (0, 0)  # NDA_CACHEINFO
    idle_s = used / os.sysconf("SC_CLK_TCK")
    mac = found.get(2, b"").hex(":")
    return Entry(index, address=address, mac=mac, state=state, idle_s=idle_s)
