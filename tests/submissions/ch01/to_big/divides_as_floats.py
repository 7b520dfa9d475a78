# misconception: TXT-14
def to_big(n, size):
    if n < 0 or n >= 256**size:
        raise OverflowError
    found = []
    for _ in range(size):
        found.insert(0, int(n % 256))
        n = int(n / 256)
    return bytes(found)


def from_big(data):
    return int.from_bytes(data, "big")
