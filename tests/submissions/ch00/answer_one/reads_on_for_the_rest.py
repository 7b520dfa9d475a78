# misconception: none
# It reads again for the bytes beyond its number: there are none, and it waits.
def answer_one(sock: socket.socket) -> None:
    """Wait for one datagram on sock and send all its bytes, in capitals, back to its sender."""
    size = 8
    data, sender = sock.recvfrom(size)
    while len(data) % size == 0:
        data += sock.recvfrom(size)[0]
    sock.sendto(data.upper(), sender)
