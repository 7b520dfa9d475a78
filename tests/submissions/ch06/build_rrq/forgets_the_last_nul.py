# misconception: TFT-13
# A NUL is taken for a separator; it ends each of the two strings.
def build_rrq(name: str, mode: str = "octet") -> bytes:
    """Return a TFTP read request for the file name."""
    if "\0" in name or "\0" in mode:
        raise ValueError("a NUL in a name or mode")
    return struct.pack("!H", RRQ) + name.encode() + b"\0" + mode.encode()
