# misconception: UDP-06
# 1024 is what everybody writes.
def answer_one(sock: socket.socket) -> None:
    """Wait for one datagram on sock and send all its bytes, in capitals, back to its sender."""
    size = 1024
    data, sender = sock.recvfrom(size)
    sock.sendto(data.upper(), sender)
