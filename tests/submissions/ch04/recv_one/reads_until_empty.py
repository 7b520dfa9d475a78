# misconception: UDP-11
# It reads on until b"", as one does on TCP: on UDP one recvfrom() is one whole message.
def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram on sock, at most limit bytes, and the address it came from."""
    sock.settimeout(timeout)
    data = b""
    while True:
        part, address = sock.recvfrom(4096)
        if not part:
            break
        data += part
    if len(data) > limit:
        raise Truncated
    return data, address
