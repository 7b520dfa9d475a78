# misconception: PYT-02
# What does not fill a piece is lost.
def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Return an iterator that gives data in pieces of size bytes; the last may be shorter."""
    for start in range(0, len(data) - size + 1, size):
        yield data[start : start + size]
