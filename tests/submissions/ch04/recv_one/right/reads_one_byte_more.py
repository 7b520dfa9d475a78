# right: it asks for limit + 1 bytes, and puts the socket's timeout back
def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram on sock, at most limit bytes, and the address it came from."""
    before = sock.gettimeout()
    sock.settimeout(timeout)
    try:
        data, address = sock.recvfrom(limit + 1)
    finally:
        sock.settimeout(before)
    if len(data) > limit:
        raise Truncated(f"longer than {limit} bytes")
    return data, address
