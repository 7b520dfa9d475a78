# misconception: PYT-09
def to_big(n, size):
    return n.to_bytes(size, "big")


def from_big(data):
    n = data[0]
    for byte in data[1:]:
        n = n * 256 + byte
    return n
