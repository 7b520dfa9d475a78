# misconception: STR-25
# A peer that never finishes fills the memory before anybody looks.
def recv_until_eof(sock: socket.socket, limit: int) -> bytes:
    """Return everything that the peer sends until it finishes (its FIN), at most limit bytes."""
    chunks = []
    while chunk := sock.recv(4096):
        chunks.append(chunk)
    data = b"".join(chunks)
    if len(data) > limit:
        raise OverflowError(limit)
    return data
