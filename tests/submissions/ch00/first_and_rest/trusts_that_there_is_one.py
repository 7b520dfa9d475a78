# misconception: PYT-09
# Without a first byte that is an IndexError.
def first_and_rest(data: bytes) -> tuple[int, bytes]:
    """Return the first byte of data as a number and the other bytes; ValueError if there is none."""
    return data[0], data[1:]
