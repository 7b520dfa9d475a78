# misconception: none
# At limit it asks for 0 bytes, gets b"", and takes that for the end.
def recv_until_eof(sock: socket.socket, limit: int) -> bytes:
    """Return all that the peer sends to its end, at most limit bytes."""
    result = b""
    while data := sock.recv(limit - len(result)):
        result += data
        if len(result) > limit:
            raise OverflowError("too much")
    return result
