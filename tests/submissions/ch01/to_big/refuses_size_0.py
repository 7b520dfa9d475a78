# misconception: none
def to_big(n, size):
    if size < 1 or n < 0 or n >= 256**size:
        raise OverflowError
    return n.to_bytes(size, "big")


def from_big(data):
    return int.from_bytes(data, "big")
