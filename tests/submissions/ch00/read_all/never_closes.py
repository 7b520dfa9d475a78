# misconception: PYT-07
# close() is forgotten.
def read_all(source) -> bytes:
    """Call source.read() until it gives b"", return everything joined, and close source once."""
    return b"".join(iter(source.read, b""))
