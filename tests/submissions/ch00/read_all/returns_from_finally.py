# misconception: MUX-02
# A return in finally takes the place of the exception.
def read_all(source) -> bytes:
    """Call source.read() until it gives b"", return everything joined, and close source once."""
    data = b""
    try:
        while piece := source.read():
            data += piece
    except OSError:
        raise
    finally:
        source.close()
        return data
