# misconception: UDP-22
# Nothing came for a while: that says nothing about what will come.
def recv_until_eof(sock: socket.socket, limit: int) -> bytes:
    """Return everything that the peer sends until it finishes (its FIN), at most limit bytes."""
    data = b""
    try:
        while chunk := sock.recv(4096):
            data += chunk
            if len(data) > limit:
                raise OverflowError(limit)
    except TimeoutError:
        pass
    return data
