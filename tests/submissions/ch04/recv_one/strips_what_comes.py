# misconception: STR-41
# strip() takes bytes away that belong to the datagram.
def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram and its sender."""
    sock.settimeout(timeout)
    data, _, flags, address = sock.recvmsg(limit)
    if flags & socket.MSG_TRUNC:
        raise Truncated(f"more than {limit} bytes")
    return data.strip(), address
