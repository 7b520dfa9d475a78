# misconception: MUX-02
# Whoever calls it takes half for all.
def read_all(source) -> bytes:
    """Call source.read() until it gives b"", return everything joined, and close source once."""
    data = b""
    try:
        while piece := source.read():
            data += piece
    except Exception:
        pass
    finally:
        source.close()
    return data
