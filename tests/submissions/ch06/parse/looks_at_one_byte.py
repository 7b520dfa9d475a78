# misconception: TXT-06
# Opcode 259 has 3 as its second byte.
def parse(packet: bytes) -> tuple:
    """Return what a server's packet says."""
    if len(packet) < 4:
        raise ValueError("too short")
    opcode, number = packet[1], int.from_bytes(packet[2:4])
    if opcode == DATA:
        return "DATA", number, packet[4:]
    if opcode == ACK:
        return "ACK", number
    if opcode == ERROR:
        return "ERROR", number, packet[4:].split(b"\0")[0].decode(errors="replace")
    if opcode == OACK:
        return "OACK", packet[2:]
    raise ValueError(f"opcode {opcode}")
