# misconception: STR-43
# It closes the caller's socket when nothing came; the caller may want to try again.
def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram on sock, at most limit bytes, and the address it came from."""
    sock.settimeout(timeout)
    try:
        data, _, flags, address = sock.recvmsg(limit)
    except TimeoutError:
        sock.close()
        raise
    if flags & socket.MSG_TRUNC:
        raise Truncated
    return data, address
