"""Which networks and addresses a LAN may have: those that no packet can leave the machine with."""

import ipaddress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from netlib.errors import LanError

__all__ = ["Address", "Network", "address_in", "destination", "network", "parse_address"]

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_ALLOWED = tuple(
    ipaddress.ip_network(text)
    for text in (
        *("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"),  # RFC 5737, documentation
        *("2001:db8::/32", "3fff::/20"),  # RFC 3849, RFC 9637, documentation
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),  # RFC 1918, private
        *("169.254.0.0/16", "fc00::/7"),  # RFC 3927, RFC 4193, local
    )
)


def network(text: str) -> Network:
    """Return the network that text writes as address/prefix length.

    Raises:
        LanError: it is none, is too small for two hosts, or is somebody's on the Internet.
    """
    try:
        found = ipaddress.ip_network(text)
    except (ValueError, TypeError) as error:
        raise LanError(
            f'expected a network such as "192.0.2.0/24"; got {text!r} ({error})'
        ) from None
    if "/" not in str(text):
        raise LanError(f'expected a network with its length, such as "{text}/24"; got {text!r}')
    if not any(_within(found, allowed) for allowed in _ALLOWED):
        raise LanError(
            f"expected a network for documentation (192.0.2.0/24, 198.51.100.0/24, "
            f"203.0.113.0/24, 2001:db8::/32) or a private one; {found} belongs to somebody"
        )
    if found.prefixlen > found.max_prefixlen - 2:
        raise LanError(f"expected a network with room for two hosts; {found} has none")
    return found


def destination(text: str) -> Network:
    """Return the network that a route leads to; "default" is 0.0.0.0/0.

    Raises:
        LanError: it is no network.
    """
    try:
        return ipaddress.ip_network("0.0.0.0/0" if text == "default" else text)
    except ValueError as error:
        raise LanError(
            f'expected a destination such as "198.51.100.0/24"; got {text!r} ({error})'
        ) from None


def parse_address(text: str) -> Address:
    """Return the address that text writes.

    Raises:
        LanError: it writes none.
    """
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        raise LanError(f'expected an address such as "192.0.2.7"; got {text!r}') from None


def address_in(text: str, networks: tuple[Network, ...]) -> tuple[Address, Network]:
    """Return the address that text writes, and which of networks it is a host's address in.

    Raises:
        LanError: it is no address, or none that a host of these networks may have.
    """
    address = parse_address(text)
    for found in networks:
        if address in found and not _reserved(address, found):
            return address, found
    shown = " or ".join(map(str, networks)) or "a network, and this switch has none"
    raise LanError(f"expected an address of a host in {shown}; got {text}")


def _within(found: Network, allowed: Network) -> bool:
    if isinstance(found, IPv4Network):
        return isinstance(allowed, IPv4Network) and found.subnet_of(allowed)
    return isinstance(allowed, IPv6Network) and found.subnet_of(allowed)


def _reserved(address: Address, found: Network) -> bool:
    """RFC 1122 section 3.2.1.3: all zeros and all ones are no host; RFC 4291 2.6.1 likewise."""
    if address == found.network_address:
        return True
    return found.version == 4 and address == found.broadcast_address
