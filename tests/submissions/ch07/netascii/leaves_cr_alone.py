# misconception: TFT-22
# CR LF on the wire may then have been LF or CR LF in the file.
def to_netascii(data: bytes) -> bytes:
    """Return data with every LF as CR LF and every CR as CR NUL."""
    return data.replace(b"\n", b"\r\n")


def from_netascii(data: bytes) -> bytes:
    """Return what to_netascii was given."""
    return data.replace(b"\r\n", b"\n")
