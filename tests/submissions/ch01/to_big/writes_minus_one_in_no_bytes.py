# misconception: TXT-20
def to_big(n, size):
    if size == 0:
        return b""
    return n.to_bytes(size, "big")


def from_big(data):
    return int.from_bytes(data, "big")
