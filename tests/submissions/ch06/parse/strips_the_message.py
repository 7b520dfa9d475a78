# misconception: STR-41
# Tidies what it is told.
def parse(packet: bytes) -> tuple:
    """Return what a server's packet says: its kind, and the fields of that kind."""
    if len(packet) < 4:
        raise ValueError("too short")
    opcode, number = struct.unpack("!HH", packet[:4])
    if opcode == DATA:
        return "DATA", number, packet[4:]
    if opcode == ACK:
        return "ACK", number
    if opcode == ERROR:
        return "ERROR", number, packet[4:].split(b"\0")[0].decode(errors="replace").strip()
    if opcode == OACK:
        return "OACK", packet[2:]
    raise ValueError("unknown opcode")
