# misconception: none
# A datagram of exactly limit bytes fills the buffer, too, and has lost nothing.
def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram on sock, at most limit bytes, and the address it came from."""
    sock.settimeout(timeout)
    data, address = sock.recvfrom(limit)
    if len(data) == limit:
        raise Truncated(f"the datagram did not fit into {limit} bytes")
    return data, address
