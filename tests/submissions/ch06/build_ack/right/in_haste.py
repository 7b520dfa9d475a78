# right: written from the chapter's text alone, in haste
def build_ack(block: int) -> bytes:
    """Return the 4 bytes that acknowledge block."""
    return struct.pack("!HH", ACK, block)
