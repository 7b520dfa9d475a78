# right: one buffer, filled by recv_into
def recv_until_eof(sock: socket.socket, limit: int) -> bytes:
    """Return everything that the peer sends until it finishes (its FIN), at most limit bytes."""
    buffer = bytearray(limit + 1)
    filled = 0
    while count := sock.recv_into(memoryview(buffer)[filled:]):
        filled += count
        if filled > limit:
            raise OverflowError(limit)
    return bytes(buffer[:filled])
