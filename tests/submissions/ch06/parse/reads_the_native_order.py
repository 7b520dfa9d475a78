# misconception: TXT-06
# Opcodes are told by their bytes, and the number is read as this machine would store it.
def parse(packet: bytes) -> tuple:
    """Return what a server's packet says."""
    if len(packet) < 4:
        raise ValueError("too short")
    (number,) = struct.unpack("H", packet[2:4])
    match packet[:2]:
        case b"\0\3":
            return "DATA", number, packet[4:]
        case b"\0\4":
            return "ACK", number
        case b"\0\5":
            return "ERROR", number, packet[4:].split(b"\0")[0].decode(errors="replace")
        case b"\0\6":
            return "OACK", packet[2:]
    raise ValueError("unknown opcode")
