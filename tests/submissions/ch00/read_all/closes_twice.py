# misconception: none
# closing() closes already.
from contextlib import closing


def read_all(source) -> bytes:
    """Call source.read() until it gives b"", return everything joined, and close source once."""
    with closing(source):
        data = b"".join(iter(source.read, b""))
        source.close()
    return data
