def network_of(address, mask):
    host_bits = zeros(mask)
    return format_ipv4(parse_ipv4(address) >> host_bits << host_bits)


def broadcast_of(address, mask):
    return format_ipv4(parse_ipv4(address) | (1 << zeros(mask)) - 1)


def zeros(mask):
    bits = parse_ipv4(mask)
    count = 32 - bin(bits).count("1")
    if bits != 2**32 - 2**count:
        raise ValueError(mask)
    return count
