# right: written from the chapter's text alone, with care
def parse(packet: bytes) -> tuple:
    """Return what a server's packet says: its kind, and the fields of that kind."""
    if len(packet) < 4:
        raise ValueError(f"a packet of {len(packet)} bytes is too short")
    opcode, number = struct.unpack("!HH", packet[:4])
    if opcode == DATA:
        return "DATA", number, packet[4:]
    if opcode == ACK:
        return "ACK", number
    if opcode == ERROR:
        return "ERROR", number, packet[4:].partition(b"\0")[0].decode("utf-8", errors="replace")
    if opcode == OACK:
        return "OACK", packet[2:]
    raise ValueError(f"opcode {opcode} is none that a server sends")
