# right: the star, and bytes() of numbers; unpacking nothing raises ValueError by itself
def first_and_rest(data: bytes) -> tuple[int, bytes]:
    """Return the first byte of data as a number and the other bytes; ValueError if there is none."""
    first, *rest = data
    return first, bytes(rest)
