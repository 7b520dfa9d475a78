# misconception: none
# It answers one after the other, for ever.
def answer_one(sock: socket.socket) -> None:
    """Wait for one datagram on sock and send all its bytes, in capitals, back to its sender."""
    size = 65535
    while True:
        data, sender = sock.recvfrom(size)
        sock.sendto(data.upper(), sender)
