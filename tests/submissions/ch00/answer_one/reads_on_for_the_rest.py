# misconception: none
# It reads again for the bytes beyond its number: there are none, and it waits.
def answer_one(sock: socket.socket) -> None:
    """Send all bytes of one datagram back to its sender, in capitals."""
    size = 8
    data, sender = sock.recvfrom(size)
    while len(data) % size == 0:
        data += sock.recvfrom(size)[0]
    sock.sendto(data.upper(), sender)
