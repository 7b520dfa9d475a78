# misconception: PYT-02
# Empty data gives no piece.
def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Return an iterator that gives data in pieces of size bytes; the last may be shorter."""
    yield data[:size]
    for start in range(size, len(data), size):
        yield data[start : start + size]
