# misconception: none
# The last piece may be shorter; it is not filled up.
def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Return an iterator that gives data in pieces of size bytes; the last may be shorter."""
    for start in range(0, len(data), size):
        yield data[start : start + size].ljust(size, b"\0")
