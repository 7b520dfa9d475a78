# misconception: none
# Modes are compared in small letters; servers do that themselves (RFC 1350, 5).
def build_rrq(name: str, mode: str = "octet") -> bytes:
    """Return a TFTP read request for the file name."""
    if "\0" in name or "\0" in mode:
        raise ValueError("a NUL would end the text too early")
    return (
        struct.pack("!H", RRQ) + name.encode("utf-8") + b"\0" + mode.lower().encode("ascii") + b"\0"
    )
