# misconception: TXT-05
def to_big(n, size):
    return n.to_bytes(size, "little")


def from_big(data):
    return int.from_bytes(data, "big")
