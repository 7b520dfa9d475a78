# misconception: PYT-01
# The slice begins one too early.
def first_and_rest(data: bytes) -> tuple[int, bytes]:
    """Return the first byte of data as a number and the other bytes; ValueError if there is none."""
    if not data:
        raise ValueError("there is no first byte")
    return data[0], data[0:]
