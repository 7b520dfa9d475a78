# misconception: none
# On most servers, README and readme are two files.
def build_rrq(name: str, mode: str = "octet") -> bytes:
    """Return a TFTP read request for the file name."""
    if "\0" in name or "\0" in mode:
        raise ValueError("a NUL in a name or mode")
    name = name.lower()
    return struct.pack("!H", RRQ) + name.encode() + b"\0" + mode.encode() + b"\0"
