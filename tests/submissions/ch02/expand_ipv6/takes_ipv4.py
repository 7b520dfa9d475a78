# misconception: none
# ip_address takes addresses of both kinds.
from ipaddress import ip_address


def expand_ipv6(text: str) -> str:
    """Return an IPv6 address in full; ValueError if it is none."""
    return ip_address(text).exploded
