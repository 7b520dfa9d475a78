# misconception: UDP-04
# Without settimeout() recvfrom() waits until something comes, if anything ever does.
def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram on sock, at most limit bytes, and the address it came from."""
    data, address = sock.recvfrom(limit + 1)
    if len(data) > limit:
        raise Truncated(f"longer than {limit} bytes")
    return data, address
