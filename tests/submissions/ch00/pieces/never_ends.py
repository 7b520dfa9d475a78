# misconception: none
# A slice behind the end is empty, and raises nothing.
def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Return an iterator that gives data in pieces of size bytes; the last may be shorter."""
    start = 0
    while True:
        yield data[start : start + size]
        start += size
