# misconception: UDP-06
# Long enough for the datagram in the report, not for the largest.
def answer_one(sock: socket.socket) -> None:
    """Wait for one datagram on sock and send all its bytes, in capitals, back to its sender."""
    size = 8
    size = 17
    data, sender = sock.recvfrom(size)
    sock.sendto(data.upper(), sender)
