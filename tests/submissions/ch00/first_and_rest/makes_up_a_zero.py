# misconception: PYT-09
# int.from_bytes(b"") is 0.
def first_and_rest(data: bytes) -> tuple[int, bytes]:
    """Return the first byte of data as a number and the other bytes; ValueError if there is none."""
    return int.from_bytes(data[:1], "big"), data[1:]
