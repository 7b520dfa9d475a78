def to_big(n, size):
    return n.to_bytes(size, "big", signed=False)


def from_big(data):
    return int.from_bytes(data, byteorder="big", signed=False)
