# misconception: ADR-07
def network_of(address, mask):
    bits_of(mask)
    return format_ipv4(parse_ipv4(address) & classful(address))


def broadcast_of(address, mask):
    bits_of(mask)
    return format_ipv4(parse_ipv4(address) | classful(address) ^ 0xFFFFFFFF)


def classful(address):
    first = int(address.split(".")[0])
    prefix = 8 if first < 128 else 16 if first < 192 else 24
    return 0xFFFFFFFF >> (32 - prefix) << (32 - prefix)


def bits_of(mask):
    bits = parse_ipv4(mask)
    if "01" in f"{bits:032b}":
        raise ValueError(mask)
    return bits
