# misconception: UDP-20
# A Chinese name has three times as many bytes as characters, and is cut.
def build_rrq(name: str, mode: str = "octet") -> bytes:
    """Return a TFTP read request for the file name."""
    if "\0" in name or "\0" in mode:
        raise ValueError("a NUL in a name or mode")
    layout = f"!H{len(name)}sb{len(mode)}sb"
    return struct.pack(layout, RRQ, name.encode(), 0, mode.encode(), 0)
