# misconception: STR-10
# The number as text: block 7 has one byte, block 4711 four.
def build_ack(block: int) -> bytes:
    """Return the 4 bytes that acknowledge block (0-65535)."""
    return b"\0\4" + str(block).encode()
