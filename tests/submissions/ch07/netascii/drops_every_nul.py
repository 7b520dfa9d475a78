# misconception: none
# A NUL of the file goes with those that follow a CR.
def to_netascii(data: bytes) -> bytes:
    """Return data with every LF as CR LF and every CR as CR NUL."""
    return data.replace(b"\r", b"\r\0").replace(b"\n", b"\r\n")


def from_netascii(data: bytes) -> bytes:
    """Return what to_netascii was given."""
    return data.replace(b"\r\n", b"\n").replace(b"\0", b"")
