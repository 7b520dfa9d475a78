# misconception: UDP-04
# It catches the TimeoutError and returns None: the caller asked to hear of the silence.
def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram on sock, at most limit bytes, and the address it came from."""
    sock.settimeout(timeout)
    try:
        data, address = sock.recvfrom(limit + 1)
    except TimeoutError:
        return None
    if len(data) > limit:
        raise Truncated
    return data, address
