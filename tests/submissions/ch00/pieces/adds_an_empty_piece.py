# misconception: PYT-02
# At the end there may be nothing left.
def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Return an iterator that gives data in pieces of size bytes; the last may be shorter."""
    for start in range(0, len(data) + 1, size):
        yield data[start : start + size]
