# misconception: PYT-06
# A return gives the bytes to the caller; nothing goes to the network.
def answer_one(sock: socket.socket) -> bytes:
    """Send all bytes of one datagram back to its sender, in capitals."""
    size = 65535
    data, sender = sock.recvfrom(size)
    return data.upper()
