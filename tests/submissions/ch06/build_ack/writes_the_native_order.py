# misconception: TXT-06
# Two bytes each, in the order of this machine.
def build_ack(block: int) -> bytes:
    """Return the 4 bytes that acknowledge block (0-65535)."""
    return struct.pack("HH", ACK, block)
