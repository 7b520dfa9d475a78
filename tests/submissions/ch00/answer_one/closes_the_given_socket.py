# misconception: STR-43
# The socket belongs to whoever gave it.
def answer_one(sock: socket.socket) -> None:
    """Send all bytes of one datagram back to its sender, in capitals."""
    size = 65535
    with sock:
        data, sender = sock.recvfrom(size)
        sock.sendto(data.upper(), sender)
