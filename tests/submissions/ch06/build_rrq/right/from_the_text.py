# right: written from the chapter's text alone, with care
def build_rrq(name: str, mode: str = "octet") -> bytes:
    """Return a TFTP read request for the file name."""
    if "\0" in name or "\0" in mode:
        raise ValueError("a NUL would end the text too early")
    return struct.pack("!H", RRQ) + name.encode("utf-8") + b"\0" + mode.encode("ascii") + b"\0"
