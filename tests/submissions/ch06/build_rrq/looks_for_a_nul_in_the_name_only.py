# misconception: TFT-13
# The mode ends at a NUL, too.
def build_rrq(name: str, mode: str = "octet") -> bytes:
    """Return a TFTP read request for the file name."""
    if "\0" in name:
        raise ValueError("a NUL in a name")
    return struct.pack("!H", RRQ) + name.encode() + b"\0" + mode.encode("ascii") + b"\0"
