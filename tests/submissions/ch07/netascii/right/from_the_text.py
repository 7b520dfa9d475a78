# right: written from the chapter's text alone, with care
def to_netascii(data: bytes) -> bytes:
    """Return data with every LF as CR LF and every CR as CR NUL."""
    # First the CRs that are there, then the LFs, which bring CRs of their own.
    return data.replace(b"\r", b"\r\0").replace(b"\n", b"\r\n")


def from_netascii(data: bytes) -> bytes:
    """Return what to_netascii was given."""
    return data.replace(b"\r\n", b"\n").replace(b"\r\0", b"\r")
