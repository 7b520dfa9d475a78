# misconception: STR-28, UDP-22
# A peer that crashed has not finished: what came is only a part.
def recv_until_eof(sock: socket.socket, limit: int) -> bytes:
    """Return everything that the peer sends until it finishes (its FIN), at most limit bytes."""
    data = b""
    while True:
        try:
            chunk = sock.recv(4096)
        except OSError:
            break
        if not chunk:
            break
        data += chunk
        if len(data) > limit:
            raise OverflowError(limit)
    return data
