# misconception: none
# The result is a tuple for every datagram, for an empty one as well.
def recv_one(
    sock: socket.socket, timeout: float, limit: int = 65507
) -> tuple[bytes, Address]:
    """Return the next datagram, at most limit bytes, and its source."""
    sock.settimeout(timeout)
    data, address = sock.recvfrom(65507)
    if len(data) > limit:
        raise Truncated
    if data == b"":
        return b""
    return data, address
