# misconception: none
def to_big(n, size):
    if n < 0 or n >= 256**size - 1 and n:
        raise OverflowError
    return n.to_bytes(size, "big")


def from_big(data):
    return int.from_bytes(data, "big")
