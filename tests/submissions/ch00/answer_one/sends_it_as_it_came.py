# misconception: none
# upper() makes new bytes; it changes none.
def answer_one(sock: socket.socket) -> None:
    """Send all bytes of one datagram back to its sender, in capitals."""
    size = 65535
    data, sender = sock.recvfrom(size)
    data.upper()
    sock.sendto(data, sender)
