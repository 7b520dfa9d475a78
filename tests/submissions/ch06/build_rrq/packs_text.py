# misconception: TXT-04
# struct's "s" takes bytes, of a length that is known before the name is.
def build_rrq(name: str, mode: str = "octet") -> bytes:
    """Return a TFTP read request for the file name."""
    return struct.pack("!H8sb5sb", RRQ, name, 0, mode, 0)
