# misconception: UDP-04
# It looks once and gives up at once, instead of waiting timeout seconds.
def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram on sock, at most limit bytes, and the address it came from."""
    sock.setblocking(False)
    try:
        data, _, flags, address = sock.recvmsg(limit)
    except BlockingIOError:
        raise TimeoutError("nothing there") from None
    if flags & socket.MSG_TRUNC:
        raise Truncated
    return data, address
