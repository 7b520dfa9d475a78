# misconception: none
# The bytes of a piece come as a list of numbers.
def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Return an iterator that gives data in pieces of size bytes; the last may be shorter."""
    for start in range(0, len(data), size):
        yield list(data[start : start + size])
