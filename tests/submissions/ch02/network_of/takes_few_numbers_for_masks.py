# misconception: ADR-14
MASKS = {0, 128, 192, 224, 240, 248, 252, 254, 255}


def network_of(address, mask):
    return format_ipv4(parse_ipv4(address) & bits_of(mask))


def broadcast_of(address, mask):
    return format_ipv4(parse_ipv4(address) | bits_of(mask) ^ 0xFFFFFFFF)


def bits_of(mask):
    if any(int(part) not in MASKS for part in mask.split(".")):
        raise ValueError(mask)
    return parse_ipv4(mask)
