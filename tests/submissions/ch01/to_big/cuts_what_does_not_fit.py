# misconception: TXT-20
def to_big(n, size):
    return bytes(n >> 8 * place & 255 for place in reversed(range(size)))


def from_big(data):
    return int.from_bytes(data, "big")
