# misconception: PYT-07
# The path without an exception skips close().
def read_all(source) -> bytes:
    """Call source.read() until it gives b"", return everything joined, and close source once."""
    data = b""
    try:
        while piece := source.read():
            data += piece
    except Exception:
        source.close()
        raise
    return data
