# misconception: TXT-06
import struct


def to_big(n, size):
    return struct.pack("I", n)


def from_big(data):
    return int.from_bytes(data, "big")
