# misconception: TFT-15
# What is not 3, 4 or 5 need not be 6.
def parse(packet: bytes) -> tuple:
    """Return what a server's packet says."""
    if len(packet) < 4:
        raise ValueError("too short")
    opcode, number = struct.unpack_from("!HH", packet)
    if opcode == DATA:
        return "DATA", number, packet[4:]
    if opcode == ACK:
        return "ACK", number
    if opcode == ERROR:
        return "ERROR", number, packet[4:].split(b"\0")[0].decode(errors="replace")
    return "OACK", packet[2:]
