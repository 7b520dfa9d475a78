# misconception: UDP-06
# recvfrom(1024) throws away what a larger datagram holds beyond 1024 bytes.
def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram on sock, at most limit bytes, and the address it came from."""
    sock.settimeout(timeout)
    data, address = sock.recvfrom(1024)
    if len(data) > limit:
        raise Truncated(f"more than {limit} bytes")
    return data, address
