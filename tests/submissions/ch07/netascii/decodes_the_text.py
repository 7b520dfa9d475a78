# misconception: TXT-03
# Nobody promised text; not every byte is a character.
def to_netascii(data: bytes) -> bytes:
    """Return data with every LF as CR LF and every CR as CR NUL."""
    text = data.decode().replace("\r", "\r\0").replace("\n", "\r\n")
    return text.encode()


def from_netascii(data: bytes) -> bytes:
    """Return what to_netascii was given."""
    text = data.decode().replace("\r\n", "\n").replace("\r\0", "\r")
    return text.encode()
