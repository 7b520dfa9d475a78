# misconception: STR-01
# One recv returns what has come so far, not what the peer has to say.
def recv_until_eof(sock: socket.socket, limit: int) -> bytes:
    """Return everything that the peer sends until it finishes (its FIN), at most limit bytes."""
    data = sock.recv(1024)
    if len(data) > limit:
        raise OverflowError(limit)
    return data
