# misconception: STR-05, STR-01
# The number in recv is the most that it returns; it waits for one byte only.
def recv_until_eof(sock: socket.socket, limit: int) -> bytes:
    """Return everything that the peer sends until it finishes (its FIN), at most limit bytes."""
    data = sock.recv(limit + 1)
    if len(data) > limit:
        raise OverflowError(limit)
    return data
