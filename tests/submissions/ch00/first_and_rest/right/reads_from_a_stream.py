# right: a stream in memory and struct, unsigned
import io
import struct


def first_and_rest(data: bytes) -> tuple[int, bytes]:
    """Return the first byte of data as a number and the other bytes; ValueError if there is none."""
    stream = io.BytesIO(data)
    try:
        (first,) = struct.unpack("B", stream.read(1))
    except struct.error as error:
        raise ValueError("empty") from error
    return first, stream.read()
