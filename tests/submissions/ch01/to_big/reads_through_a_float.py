# misconception: TXT-14
def to_big(n, size):
    return n.to_bytes(size, "big")


def from_big(data):
    n = 0.0
    for byte in data:
        n = n * 256 + byte
    return int(n)
