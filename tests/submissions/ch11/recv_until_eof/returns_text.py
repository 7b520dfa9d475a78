# misconception: TXT-03
# The bytes are the peer's: whether they are text is not for this function to say.
def recv_until_eof(sock: socket.socket, limit: int) -> bytes:
    """Return everything that the peer sends until it finishes (its FIN), at most limit bytes."""
    data = b""
    while chunk := sock.recv(4096):
        data += chunk
        if len(data) > limit:
            raise OverflowError(limit)
    return data.decode()
