# misconception: TXT-05
def to_big(n, size):
    if n < 0 or n >> 8 * size:
        raise OverflowError
    return bytes(n >> 8 * place & 255 for place in range(size))


def from_big(data):
    return int.from_bytes(data, "big")
