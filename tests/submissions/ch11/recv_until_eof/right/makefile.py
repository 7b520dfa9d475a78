# right: a file reads until the end by itself
def recv_until_eof(sock: socket.socket, limit: int) -> bytes:
    """Return everything that the peer sends until it finishes (its FIN), at most limit bytes."""
    with sock.makefile("rb") as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise OverflowError(f"more than {limit} bytes")
    return data
