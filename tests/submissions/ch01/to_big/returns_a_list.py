# misconception: none
def to_big(n, size):
    if n < 0 or n >= 256**size:
        raise OverflowError
    return [n >> 8 * place & 255 for place in reversed(range(size))]


def from_big(data):
    return int.from_bytes(data, "big")
