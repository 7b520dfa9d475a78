# misconception: none
def to_big(n, size):
    return n.to_bytes(size, "big")


def from_big(data):
    n = 0
    for byte in data.rstrip(b"\0"):
        n = n << 8 | byte
    return n
