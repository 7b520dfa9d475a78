# misconception: TFT-13
# "a\0netascii" asks for another file in another mode.
def build_rrq(name: str, mode: str = "octet") -> bytes:
    """Return a TFTP read request for the file name."""
    return struct.pack("!H", RRQ) + name.encode() + b"\0" + mode.encode("ascii") + b"\0"
