# misconception: UDP-11
# It joins every datagram that waits, so two messages become one.
def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram on sock, at most limit bytes, and the address it came from."""
    sock.settimeout(timeout)
    data, address = sock.recvfrom(limit + 1)
    sock.setblocking(False)
    try:
        while len(data) <= limit:
            data += sock.recvfrom(limit + 1)[0]
    except BlockingIOError:
        pass
    if len(data) > limit:
        raise Truncated
    return data, address
