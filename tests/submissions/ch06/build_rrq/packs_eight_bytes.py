# misconception: TFT-11
# As in the old notes: "8s" cuts a longer name and fills a shorter one with zero bytes.
def build_rrq(name: str, mode: str = "octet") -> bytes:
    """Return a TFTP read request for the file name."""
    if "\0" in name or "\0" in mode:
        raise ValueError("a NUL in a name or mode")
    return struct.pack("!H8sb5sb", RRQ, name.encode(), 0, mode.encode(), 0)
