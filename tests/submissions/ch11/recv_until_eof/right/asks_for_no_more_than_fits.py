# right: recv is never asked for more than one byte beyond limit
def recv_until_eof(sock: socket.socket, limit: int) -> bytes:
    """Return everything that the peer sends until it finishes (its FIN), at most limit bytes."""
    chunks, left = [], limit
    while True:
        chunk = sock.recv(min(4096, left + 1))
        if chunk == b"":
            return b"".join(chunks)
        left -= len(chunk)
        if left < 0:
            raise OverflowError
        chunks.append(chunk)
