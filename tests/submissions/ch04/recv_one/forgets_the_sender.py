# misconception: UDP-05
# It returns the bytes alone, so nobody can tell who sent them, nor answer.
def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram on sock, at most limit bytes, and the address it came from."""
    sock.settimeout(timeout)
    data = sock.recv(limit + 1)
    if len(data) > limit:
        raise Truncated(f"longer than {limit} bytes")
    return data
