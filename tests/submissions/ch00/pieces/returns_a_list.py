# misconception: PYT-03
# A list is there at once; next() does not work on it.
def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Return an iterator that gives data in pieces of size bytes; the last may be shorter."""
    return [data[start : start + size] for start in range(0, len(data), size)]
