# misconception: ADR-20
def network_of(address, mask):
    return format_ipv4(parse_ipv4(address) & bits_of(mask))


def broadcast_of(address, mask):
    return format_ipv4(parse_ipv4(address) | ~bits_of(mask))


def bits_of(mask):
    bits = parse_ipv4(mask)
    if "01" in f"{bits:032b}":
        raise ValueError(mask)
    return bits
