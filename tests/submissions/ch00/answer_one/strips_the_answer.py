# misconception: none
# Blanks and line ends are bytes, too.
def answer_one(sock: socket.socket) -> None:
    """Send all bytes of one datagram back to its sender, in capitals."""
    size = 65535
    data, sender = sock.recvfrom(size)
    sock.sendto(data.strip().upper(), sender)
