# misconception: TFT-22
# os.linesep says how this machine ends lines, not how the network does.
def to_netascii(data: bytes) -> bytes:
    """Return data with every LF as CR LF and every CR as CR NUL."""
    return data.replace(b"\n", os.linesep.encode()).replace(b"\r", b"\r\0")


def from_netascii(data: bytes) -> bytes:
    """Return what to_netascii was given."""
    return data.replace(b"\r\n", b"\n").replace(b"\r\0", b"\r")
