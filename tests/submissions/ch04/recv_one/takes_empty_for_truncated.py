# misconception: UDP-11
# An empty datagram is whole: nothing of it was cut off.
def recv_one(
    sock: socket.socket, timeout: float, limit: int = 65507
) -> tuple[bytes, Address]:
    """Return the next datagram, at most limit bytes, and its source."""
    sock.settimeout(timeout)
    data, _, flags, address = sock.recvmsg(limit)
    if flags & socket.MSG_TRUNC or not data:
        raise Truncated()
    return data, address
