# misconception: TFT-14
# Two bytes hold an opcode, and no block number.
def parse(packet: bytes) -> tuple:
    """Return what a server's packet says."""
    if len(packet) < 2:
        raise ValueError("too short")
    opcode, number = packet[0] * 256 + packet[1], int.from_bytes(packet[2:4])
    if opcode == DATA:
        return "DATA", number, packet[4:]
    if opcode == ACK:
        return "ACK", number
    if opcode == ERROR:
        return "ERROR", number, packet[4:].split(b"\0")[0].decode(errors="replace")
    if opcode == OACK:
        return "OACK", packet[2:]
    raise ValueError(f"opcode {opcode}")
