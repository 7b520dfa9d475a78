# misconception: PYT-07
# If read() raises, close() is skipped.
def read_all(source) -> bytes:
    """Call source.read() until it gives b"", return everything joined, and close source once."""
    data = b""
    while piece := source.read():
        data += piece
    source.close()
    return data
