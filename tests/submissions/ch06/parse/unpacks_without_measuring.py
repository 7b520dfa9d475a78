# misconception: TFT-14
# A packet of one byte raises struct.error, which is no ValueError.
def parse(packet: bytes) -> tuple:
    """Return what a server's packet says."""
    opcode, number = struct.unpack("!HH", packet[:4])
    if opcode == DATA:
        return "DATA", number, packet[4:]
    if opcode == ACK:
        return "ACK", number
    if opcode == ERROR:
        return "ERROR", number, packet[4:].split(b"\0")[0].decode(errors="replace")
    if opcode == OACK:
        return "OACK", packet[2:]
    raise ValueError(f"opcode {opcode}")
