# misconception: TXT-05
def to_big(n, size):
    return n.to_bytes(size, "big")


def from_big(data):
    n = 0
    for place, byte in enumerate(data):
        n += byte << 8 * place
    return n
