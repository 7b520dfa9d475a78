# misconception: TXT-06
import struct


def to_big(n, size):
    if n < 0 or n >= 256**size:
        raise OverflowError
    return struct.pack("!I", n)


def from_big(data):
    return int.from_bytes(data, "big")
