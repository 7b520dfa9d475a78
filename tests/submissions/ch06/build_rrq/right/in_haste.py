# right: written from the chapter's text alone, in haste
def build_rrq(name: str, mode: str = "octet") -> bytes:
    """Return a TFTP read request for the file name."""
    if "\0" in name or "\0" in mode:
        raise ValueError("NUL in name or mode")
    return struct.pack("!H", RRQ) + name.encode() + b"\0" + mode.encode("ascii") + b"\0"
