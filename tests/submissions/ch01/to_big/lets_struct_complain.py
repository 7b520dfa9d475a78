# misconception: none
import struct

SIZES = {1: "!B", 2: "!H", 4: "!I", 8: "!Q"}


def to_big(n, size):
    if size in SIZES:
        return struct.pack(SIZES[size], n)
    return n.to_bytes(size, "big")


def from_big(data):
    return int.from_bytes(data, "big")
