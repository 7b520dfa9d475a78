# misconception: TXT-01
# A server may say it in another charset; a message that cannot be read hides the error itself.
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
        return "ERROR", number, packet[4:].split(b"\0")[0].decode()
    if opcode == OACK:
        return "OACK", packet[2:]
    raise ValueError(f"opcode {opcode}")
