def on_link(interface: str, other: str) -> bool:
    """Return whether a host with this interface takes other for near."""
    address, prefix = interface.split("/")
    prefix = int(prefix)
    size = 2 ** (32 - prefix)
    first = parse_ipv4(address) // size * size
    last = first + size - 1
    if prefix >= 31:
        return first <= parse_ipv4(other) <= last
    return first < parse_ipv4(other) < last


def can_talk(a: str, b: str) -> bool:
    """Return whether both can ask and answer, on one switch."""
    return on_link(a, b.split("/")[0]) and on_link(b, a.split("/")[0])
