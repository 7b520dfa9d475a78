# misconception: none
# This source has read() and close(), and nothing else.
def read_all(source) -> bytes:
    """Call source.read() until it gives b"", return everything joined, and close source once."""
    with source:
        return b"".join(iter(source.read, b""))
