# right: contextlib.closing, and iter() with an end
from contextlib import closing


def read_all(source) -> bytes:
    """Call source.read() until it gives b"", return everything joined, and close source once."""
    with closing(source):
        return b"".join(iter(source.read, b""))
