# misconception: STR-43
# The peer has finished its direction; ours is still the caller's to use.
def recv_until_eof(sock: socket.socket, limit: int) -> bytes:
    """Return everything that the peer sends until it finishes (its FIN), at most limit bytes."""
    data = b""
    while chunk := sock.recv(4096):
        data += chunk
        if len(data) > limit:
            raise OverflowError(limit)
    sock.close()
    return data
