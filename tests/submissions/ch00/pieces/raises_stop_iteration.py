# misconception: PYT-10
# A generator ends when its function returns.
def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Return an iterator that gives data in pieces of size bytes; the last may be shorter."""
    while True:
        piece = data[:size]
        data = data[size:]
        if not piece:
            raise StopIteration
        yield piece
