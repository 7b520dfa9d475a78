# misconception: none
# upper() makes new bytes; it changes none.
def answer_one(sock: socket.socket) -> None:
    """Wait for one datagram on sock and send all its bytes, in capitals, back to its sender."""
    size = 65535
    data, sender = sock.recvfrom(size)
    data.upper()
    sock.sendto(data, sender)
