# misconception: PYT-02
# Where the pieces come out even, there is an empty one at the end.
def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Return an iterator that gives data in pieces of size bytes; the last may be shorter."""
    for i in range(len(data) // size + 1):
        yield data[i * size : (i + 1) * size]
