# misconception: none
# The star makes a list of numbers.
def first_and_rest(data: bytes) -> tuple[int, bytes]:
    """Return the first byte of data as a number and the other bytes; ValueError if there is none."""
    if not data:
        raise ValueError("there is no first byte")
    first, *rest = data
    return first, rest
