# misconception: PYT-01
# "b" is a signed byte: 255 becomes -1.
import struct


def first_and_rest(data: bytes) -> tuple[int, bytes]:
    """Return the first byte of data as a number and the other bytes; ValueError if there is none."""
    if not data:
        raise ValueError("there is no first byte")
    return struct.unpack("b", data[:1])[0], data[1:]
