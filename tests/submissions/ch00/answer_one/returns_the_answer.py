# misconception: PYT-06
# A return gives the bytes to the caller; nothing goes to the network.
def answer_one(sock: socket.socket) -> bytes:
    """Wait for one datagram on sock and send all its bytes, in capitals, back to its sender."""
    size = 65535
    data, sender = sock.recvfrom(size)
    return data.upper()
