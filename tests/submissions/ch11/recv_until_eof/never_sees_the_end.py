# misconception: STR-09
# After the FIN recv returns b"" again and again; this loop spins for ever.
def recv_until_eof(sock: socket.socket, limit: int) -> bytes:
    """Return everything that the peer sends until it finishes (its FIN), at most limit bytes."""
    data = b""
    while len(data) <= limit:
        data += sock.recv(4096)
    raise OverflowError(limit)
