# misconception: TXT-06
# "h" ends at 32767: half of all block numbers do not fit.
def build_ack(block: int) -> bytes:
    """Return the 4 bytes that acknowledge block (0-65535)."""
    return struct.pack("!Hh", ACK, block)
