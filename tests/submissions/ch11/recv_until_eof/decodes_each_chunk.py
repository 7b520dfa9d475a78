# misconception: TXT-02, TXT-03
# A chunk may end in the middle of a character.
def recv_until_eof(sock: socket.socket, limit: int) -> bytes:
    """Return everything that the peer sends until it finishes (its FIN), at most limit bytes."""
    text = ""
    while chunk := sock.recv(4096):
        text += chunk.decode("utf-8", "replace")
        if len(text) > limit:
            raise OverflowError(limit)
    return text.encode()
