# misconception: PYT-07
# Ctrl+C raises KeyboardInterrupt, which is no Exception: then source stays open.
def read_all(source) -> bytes:
    """Call source.read() until it gives b"", return it all, joined, and close source once."""
    result = b""
    try:
        while True:
            piece = source.read()
            if piece == b"":
                break
            result += piece
        source.close()
    except Exception:
        source.close()
        raise
    return result
