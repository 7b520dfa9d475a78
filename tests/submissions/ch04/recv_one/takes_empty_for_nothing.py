# misconception: UDP-11
# An empty datagram is a message that came, not a sign that nothing came.
def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram on sock, at most limit bytes, and the address it came from."""
    sock.settimeout(timeout)
    data, address = sock.recvfrom(limit + 1)
    if not data:
        raise TimeoutError("no data")
    if len(data) > limit:
        raise Truncated
    return data, address
