# misconception: PYT-01
# data[:1] is bytes, of length 1.
def first_and_rest(data: bytes) -> tuple[int, bytes]:
    """Return the first byte of data as a number and the other bytes; ValueError if there is none."""
    if not data:
        raise ValueError("there is no first byte")
    return data[:1], data[1:]
