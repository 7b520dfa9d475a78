# misconception: TXT-06
# Without "!" the opcode has the byte order of this machine.
def build_rrq(name: str, mode: str = "octet") -> bytes:
    """Return a TFTP read request for the file name."""
    if "\0" in name or "\0" in mode:
        raise ValueError("a NUL in a name or mode")
    return struct.pack("H", RRQ) + name.encode() + b"\0" + mode.encode() + b"\0"
