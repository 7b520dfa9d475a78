# misconception: TXT-04
# The network carries bytes.
def build_rrq(name: str, mode: str = "octet") -> bytes:
    """Return a TFTP read request for the file name."""
    if "\0" in name or "\0" in mode:
        raise ValueError("a NUL in a name or mode")
    return f"\0\1{name}\0{mode}\0"
