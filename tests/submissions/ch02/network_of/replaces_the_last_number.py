# misconception: ADR-05
def network_of(address, mask):
    bits_of(mask)
    return address.rpartition(".")[0] + ".0"


def broadcast_of(address, mask):
    bits_of(mask)
    return address.rpartition(".")[0] + ".255"


def bits_of(mask):
    bits = parse_ipv4(mask)
    if "01" in f"{bits:032b}":
        raise ValueError(mask)
    return bits
