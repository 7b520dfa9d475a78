# misconception: TXT-06
def to_big(n, size):
    if n < 0 or n >= 256**size:
        raise OverflowError
    found = b""
    while n:
        found = bytes([n % 256]) + found
        n //= 256
    return found


def from_big(data):
    return int.from_bytes(data, "big")
