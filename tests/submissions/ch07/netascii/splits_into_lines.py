# misconception: TFT-22
# splitlines() also splits at CR and CR LF, and forgets what ended the last line.
def to_netascii(data: bytes) -> bytes:
    """Return data with every LF as CR LF and every CR as CR NUL."""
    return b"\r\n".join(data.splitlines())


def from_netascii(data: bytes) -> bytes:
    """Return what to_netascii was given."""
    return data.replace(b"\r\n", b"\n").replace(b"\r\0", b"\r")
