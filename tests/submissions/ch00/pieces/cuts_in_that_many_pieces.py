# misconception: none
# size is the length of a piece, not their number.
def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Return an iterator that gives data in pieces of size bytes; the last may be shorter."""
    length = -(-len(data) // size)
    for n in range(size):
        if piece := data[n * length : (n + 1) * length]:
            yield piece
