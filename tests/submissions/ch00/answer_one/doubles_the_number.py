# misconception: UDP-06
# Long enough for the datagram in the report, not for the largest.
def answer_one(sock: socket.socket) -> None:
    """Send all bytes of one datagram back to its sender, in capitals."""
    size = 8
    size = 17
    data, sender = sock.recvfrom(size)
    sock.sendto(data.upper(), sender)
