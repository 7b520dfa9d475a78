# misconception: TXT-01
# The old notes encode everything as GBK; servers compare bytes.
def build_rrq(name: str, mode: str = "octet") -> bytes:
    """Return a TFTP read request for the file name."""
    if "\0" in name or "\0" in mode:
        raise ValueError("a NUL in a name or mode")
    return b"\0\1" + name.encode("gbk") + b"\0" + mode.encode("gbk") + b"\0"
