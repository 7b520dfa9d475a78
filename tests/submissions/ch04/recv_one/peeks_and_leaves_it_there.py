# misconception: none
# It looks with MSG_PEEK and raises: the long datagram stays first in the queue for ever.
def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram on sock, at most limit bytes, and the address it came from."""
    sock.settimeout(timeout)
    data, address = sock.recvfrom(65507, socket.MSG_PEEK)
    if len(data) > limit:
        raise Truncated(f"{len(data)} bytes, but only {limit} are allowed")
    return sock.recvfrom(limit)
