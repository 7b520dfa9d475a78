"""Network address translation (RFC 3022): the rule that asks for it, and the table of flows.

Bytes for the kernel's netfilter (linux/netfilter/nf_tables.h, nfnetlink_conntrack.h), so that
neither nft nor conntrack has to be installed. Numbers in these messages are big-endian.
"""

import ipaddress
import socket
import struct

from netlib.lan.tables import Translation
from netlib.netlink import (
    ACK,
    CREATE,
    DUMP,
    Netlink,
    attribute,
    attributes,
    message,
    nested,
)

__all__ = ["PROTOCOL", "flows", "masquerade", "typed"]

PROTOCOL = 12  # NETLINK_NETFILTER
_TABLES, _CONNTRACK = 10 << 8, 1 << 8  # NFNL_SUBSYS_NFTABLES, NFNL_SUBSYS_CTNETLINK
_BATCH_BEGIN, _BATCH_END = 16, 17  # NFNL_MSG_BATCH_*
_NEW_TABLE, _NEW_CHAIN, _NEW_RULE = _TABLES | 0, _TABLES | 3, _TABLES | 6
_GET_FLOWS = _CONNTRACK | 1
_POSTROUTING, _SOURCE_NAT = 4, 100  # NF_INET_POST_ROUTING, NF_IP_PRI_NAT_SRC
_DEVICE_NAME = 7  # NFT_META_OIFNAME


def masquerade(device: str) -> list[bytes]:
    """Return the requests that give what leaves through device the router's address there."""
    names = attribute(1, "nat"), attribute(2, "postrouting")
    hook = nested(4, _number(1, _POSTROUTING), _number(2, _SOURCE_NAT))
    chain = attribute(1, "nat") + attribute(3, "postrouting") + hook + attribute(7, "nat")
    value = nested(3, attribute(1, device.encode().ljust(16, b"\0")))
    rule = nested(
        4,
        _expression("meta", _number(1, 1), _number(2, _DEVICE_NAME)),  # into register 1
        _expression("cmp", _number(1, 1), _number(2, 0), value),  # register 1 == device
        _expression("masq"),
    )
    begin, end = (
        message(kind, 0, struct.pack("!BBH", 0, 0, 10)) for kind in (_BATCH_BEGIN, _BATCH_END)
    )
    return [
        begin + message(_NEW_TABLE, ACK | CREATE, _generic() + attribute(1, "nat")),
        message(_NEW_CHAIN, ACK | CREATE, _generic() + chain),
        message(_NEW_RULE, ACK | CREATE, _generic() + b"".join(names) + rule) + end,
    ]


def typed(device: str) -> list[str]:
    """Return the words after nft that ask for the same."""
    return [
        "add table ip nat",
        "add chain ip nat postrouting '{ type nat hook postrouting priority 100 ; }'",
        f"add rule ip nat postrouting oifname {device} masquerade",
    ]


def flows(kernel: Netlink) -> list[Translation]:
    """Return the flows whose addresses are translated, as the kernel tracks them now."""
    found = []
    for body in kernel.exchange(_GET_FLOWS, DUMP, _generic()):
        parts = attributes(body[4:])
        protocol, inside, peer = _ends(parts[1])  # CTA_TUPLE_ORIG
        _, _, outside = _ends(parts[2])  # CTA_TUPLE_REPLY: who the answers are for
        (expires_s,) = struct.unpack("!I", parts.get(7, bytes(4)))  # CTA_TIMEOUT
        if inside != outside:
            found.append(Translation(protocol, inside, outside, peer, expires_s))
    return sorted(found, key=lambda flow: (flow.protocol, flow.inside, flow.peer))


def _ends(data: bytes) -> tuple[str, str, str]:
    """Return protocol, source and destination of one direction of a flow."""
    parts = attributes(data)
    addresses, protocol = attributes(parts[1]), attributes(parts[2])
    source, target = (str(ipaddress.ip_address(addresses[at])) for at in (1, 2))
    number = protocol[1][0]
    name = {
        socket.IPPROTO_ICMP: "icmp",
        socket.IPPROTO_TCP: "tcp",
        socket.IPPROTO_UDP: "udp",
    }.get(number, str(number))
    if 2 in protocol:
        first, second = (struct.unpack("!H", protocol[at])[0] for at in (2, 3))
        return name, f"{source}:{first}", f"{target}:{second}"
    if 4 in protocol:  # CTA_PROTO_ICMP_ID, which NAT uses as it does ports (RFC 5508)
        (identifier,) = struct.unpack("!H", protocol[4])
        return name, f"{source}:{identifier}", f"{target}:{identifier}"
    return name, source, target


def _generic() -> bytes:
    return struct.pack("!BBH", socket.AF_INET, 0, 0)  # nfgenmsg


def _number(kind: int, value: int) -> bytes:
    return attribute(kind, struct.pack("!I", value))


def _expression(name: str, *data: bytes) -> bytes:
    return nested(1, attribute(1, name), *([nested(2, *data)] if data else []))
