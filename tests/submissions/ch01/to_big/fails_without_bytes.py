# misconception: PYT-09
def to_big(n, size):
    return n.to_bytes(size, "big")


def from_big(data):
    return int(data.hex(), 16)
