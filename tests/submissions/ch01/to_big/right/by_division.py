def to_big(n, size):
    left, found = n, []
    for _ in range(size):
        left, byte = divmod(left, 256)
        found.append(byte)
    if left != 0:  # also of a negative number, which ends at -1
        raise OverflowError(n)
    return bytes(reversed(found))


def from_big(data):
    return sum(byte * 256**place for place, byte in enumerate(reversed(data)))
