def network_of(address, mask):
    return format_ipv4(parse_ipv4(address) & checked(mask))


def broadcast_of(address, mask):
    return format_ipv4(parse_ipv4(address) | ~checked(mask) & 0xFFFFFFFF)


def checked(mask):
    host = ~parse_ipv4(mask) & 0xFFFFFFFF
    if host & (host + 1):
        raise ValueError(mask)
    return parse_ipv4(mask)
