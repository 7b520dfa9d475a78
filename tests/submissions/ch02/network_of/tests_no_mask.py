# misconception: ADR-14
def network_of(address, mask):
    return format_ipv4(parse_ipv4(address) & parse_ipv4(mask))


def broadcast_of(address, mask):
    return format_ipv4(parse_ipv4(address) | parse_ipv4(mask) ^ 0xFFFFFFFF)
