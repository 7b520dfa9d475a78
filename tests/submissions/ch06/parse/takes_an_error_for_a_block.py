# misconception: TFT-06
# As in the old notes: bytes 2 and 3 are "the block", and the text of an ERROR is dropped.
def parse(packet: bytes) -> tuple:
    """Return what a server's packet says."""
    if len(packet) < 4:
        raise ValueError("too short")
    opcode, block = struct.unpack("!HH", packet[:4])
    if opcode == DATA:
        return "DATA", block, packet[4:]
    if opcode == ACK:
        return "ACK", block
    if opcode == ERROR:
        return "ERROR", block
    if opcode == OACK:
        return "OACK", packet[2:]
    raise ValueError(f"opcode {opcode}")
