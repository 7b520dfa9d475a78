# misconception: STR-43
# with sock: closes a socket that belongs to the caller.
def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram on sock, at most limit bytes, and the address it came from."""
    with sock:
        sock.settimeout(timeout)
        data, _, flags, address = sock.recvmsg(limit)
    if flags & socket.MSG_TRUNC:
        raise Truncated(f"longer than {limit} bytes")
    return data, address
