# misconception: TFT-15
# RFC 1350 has five; RFC 2347 added OACK.
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
    raise ValueError(f"opcode {opcode}")
