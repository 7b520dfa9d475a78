# misconception: PYT-01
# int() reads decimal digits; a byte is a number already.
def first_and_rest(data: bytes) -> tuple[int, bytes]:
    """Return the first byte of data as a number and the other bytes; ValueError if there is none."""
    if not data:
        raise ValueError("there is no first byte")
    return int(data[:1]), data[1:]
