# right: a list of pieces, and an exit stack that closes
import contextlib


def read_all(source) -> bytes:
    """Call source.read() until it gives b"", return everything joined, and close source once."""
    with contextlib.ExitStack() as stack:
        stack.callback(source.close)
        pieces = [source.read()]
        while pieces[-1] != b"":
            pieces.append(source.read())
        return b"".join(pieces)
