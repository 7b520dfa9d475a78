# misconception: none
def to_big(n, size):
    return n.to_bytes(size, "big")


def from_big(data):
    return int.from_bytes(data, "big", signed=True)
