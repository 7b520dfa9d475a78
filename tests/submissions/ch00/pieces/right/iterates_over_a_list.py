# right: an iterator over a list is an iterator, too
def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Return an iterator that gives data in pieces of size bytes; the last may be shorter."""
    return iter([data[n : n + size] for n in range(0, len(data), size)])
