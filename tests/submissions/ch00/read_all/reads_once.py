# misconception: PYT-08
# One read() gives one piece.
def read_all(source) -> bytes:
    """Call source.read() until it gives b"", return everything joined, and close source once."""
    try:
        return source.read()
    finally:
        source.close()
