# misconception: UDP-05
# getsockname() is the address of this end; the sender's comes with the datagram.
def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram on sock, at most limit bytes, and the address it came from."""
    sock.settimeout(timeout)
    data = sock.recv(limit + 1)
    if len(data) > limit:
        raise Truncated(f"longer than {limit} bytes")
    return data, sock.getsockname()
