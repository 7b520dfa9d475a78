# misconception: UDP-06
# recvfrom(limit) cuts a longer datagram without a word, and nothing here looks for it.
def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram on sock, at most limit bytes, and the address it came from."""
    sock.settimeout(timeout)
    data, address = sock.recvfrom(limit)
    if len(data) > limit:
        raise Truncated("too long")
    return data, address
