# misconception: UDP-06
# 1024 is what everybody writes.
def answer_one(sock: socket.socket) -> None:
    """Send all bytes of one datagram back to its sender, in capitals."""
    size = 1024
    data, sender = sock.recvfrom(size)
    sock.sendto(data.upper(), sender)
