# misconception: TXT-07
import struct


def to_big(n, size):
    if n < 0 or n >= 256**size:
        raise OverflowError
    return struct.pack("!" + {1: "B", 2: "H", 4: "I", 8: "Q"}[size], n)


def from_big(data):
    return int.from_bytes(data, "big")
