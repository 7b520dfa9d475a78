# misconception: TXT-06
# bytes() raises ValueError from 256 on.
def build_ack(block: int) -> bytes:
    """Return the 4 bytes that acknowledge block (0-65535)."""
    return bytes([0, ACK, 0, block])
