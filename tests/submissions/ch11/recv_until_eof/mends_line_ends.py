# misconception: TXT-03
# A carriage return is a byte like any other.
def recv_until_eof(sock: socket.socket, limit: int) -> bytes:
    """Return everything that the peer sends until it finishes (its FIN), at most limit bytes."""
    data = b""
    while chunk := sock.recv(4096).replace(b"\r\n", b"\n"):
        data += chunk
        if len(data) > limit:
            raise OverflowError(limit)
    return data
