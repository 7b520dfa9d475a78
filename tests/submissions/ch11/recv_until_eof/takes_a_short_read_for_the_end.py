# misconception: STR-13
# Fewer bytes than asked for means that no more have come yet, not that none will.
def recv_until_eof(sock: socket.socket, limit: int) -> bytes:
    """Return everything that the peer sends until it finishes (its FIN), at most limit bytes."""
    data = b""
    while True:
        chunk = sock.recv(1024)
        data += chunk
        if len(data) > limit:
            raise OverflowError(limit)
        if len(chunk) < 1024:
            return data
