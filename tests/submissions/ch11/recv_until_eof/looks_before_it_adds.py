# misconception: STR-25
# The chunk that goes over the limit is looked at one turn too late.
def recv_until_eof(sock: socket.socket, limit: int) -> bytes:
    """Return everything that the peer sends until it finishes (its FIN), at most limit bytes."""
    data = b""
    while chunk := sock.recv(4096):
        if len(data) > limit:
            raise OverflowError(limit)
        data += chunk
    return data
