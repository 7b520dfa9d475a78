# misconception: TXT-03
# Nobody said that the datagram holds text, and recv_one promises bytes.
def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram on sock, at most limit bytes, and the address it came from."""
    sock.settimeout(timeout)
    data, _, flags, address = sock.recvmsg(limit)
    if flags & socket.MSG_TRUNC:
        raise Truncated
    return data.decode("utf-8", errors="replace"), address
