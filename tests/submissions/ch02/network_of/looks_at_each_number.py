# misconception: ADR-14
# Each number of the mask is looked at alone, and that they do not grow.
def number(mask):
    octets = [int(part) for part in mask.split(".")]
    for octet in octets:
        if octet not in (255, 254, 252, 248, 240, 224, 192, 128, 0):
            raise ValueError("not a mask")
    if octets != sorted(octets, reverse=True):
        raise ValueError("not a mask")
    return parse_ipv4(mask)


def network_of(address: str, mask: str) -> str:
    """Return the network's address: the host bits of address all 0."""
    return format_ipv4(parse_ipv4(address) & number(mask))


def broadcast_of(address: str, mask: str) -> str:
    """Return address with the host bits all 1."""
    return format_ipv4(parse_ipv4(address) | (~number(mask) & 0xFFFFFFFF))
