# misconception: none
# It returns the first limit bytes as if they were all.
def recv_until_eof(sock: socket.socket, limit: int) -> bytes:
    """Return everything that the peer sends until it finishes (its FIN), at most limit bytes."""
    data = b""
    while len(data) < limit and (chunk := sock.recv(limit - len(data))):
        data += chunk
    return data
