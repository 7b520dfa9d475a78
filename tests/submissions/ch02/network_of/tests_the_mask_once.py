# misconception: ADR-14
def network_of(address, mask):
    bits = parse_ipv4(mask)
    if "01" in f"{bits:032b}":
        raise ValueError(mask)
    return format_ipv4(parse_ipv4(address) & bits)


def broadcast_of(address, mask):
    return format_ipv4(parse_ipv4(address) | parse_ipv4(mask) ^ 0xFFFFFFFF)
