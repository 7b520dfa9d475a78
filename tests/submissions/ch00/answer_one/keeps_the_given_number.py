# misconception: UDP-06
# The line with raise is gone, and the number is as it was given.
def answer_one(sock: socket.socket) -> None:
    """Send all bytes of one datagram back to its sender, in capitals."""
    size = 8
    data, sender = sock.recvfrom(size)  # at most size bytes of it
    sock.sendto(data.upper(), sender)
