# right: iter() with an end, on a stream in memory
import io


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Return an iterator that gives data in pieces of size bytes; the last may be shorter."""
    stream = io.BytesIO(data)
    return iter(lambda: stream.read(size), b"")
