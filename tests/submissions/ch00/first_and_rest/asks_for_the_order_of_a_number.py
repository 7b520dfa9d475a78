# misconception: PYT-01
# ord() is for characters, and for bytes of length 1; data[0] is a number.
def first_and_rest(data: bytes) -> tuple[int, bytes]:
    """Return the first byte of data as a number and the other bytes; ValueError if there is none."""
    if not data:
        raise ValueError("there is no first byte")
    return ord(data[0]), data[1:]
