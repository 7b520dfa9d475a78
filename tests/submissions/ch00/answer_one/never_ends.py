# misconception: none
# It answers one after the other, for ever.
def answer_one(sock: socket.socket) -> None:
    """Send all bytes of one datagram back to its sender, in capitals."""
    size = 65535
    while True:
        data, sender = sock.recvfrom(size)
        sock.sendto(data.upper(), sender)
