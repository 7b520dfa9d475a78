# misconception: none
def to_big(n, size):
    if n < 0 or n >= 256**size:
        raise OverflowError
    return str(n).zfill(size).encode()


def from_big(data):
    return int.from_bytes(data, "big")
