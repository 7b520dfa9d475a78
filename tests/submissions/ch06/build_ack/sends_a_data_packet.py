# misconception: TFT-06
# 3 is the opcode of DATA; a server would not know what to do with it.
def build_ack(block: int) -> bytes:
    """Return the 4 bytes that acknowledge block (0-65535)."""
    return struct.pack("!HH", DATA, block)
