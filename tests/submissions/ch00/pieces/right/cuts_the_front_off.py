# right: a generator that shortens what is left
def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Return an iterator that gives data in pieces of size bytes; the last may be shorter."""
    while data:
        piece, data = data[:size], data[size:]
        yield piece
