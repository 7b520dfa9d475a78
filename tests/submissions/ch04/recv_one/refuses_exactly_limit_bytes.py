# misconception: none
# It has read all of it, and takes a datagram of exactly limit bytes for too long.
def recv_one(
    sock: socket.socket, timeout: float, limit: int = 65507
) -> tuple[bytes, Address]:
    """Return the next datagram, at most limit bytes, and its source."""
    deadline = time.monotonic() + timeout
    while (left := deadline - time.monotonic()) > 0:
        sock.settimeout(left)
        data, address = sock.recvfrom(65507)
        if len(data) >= limit:
            raise Truncated()
        return data, address
