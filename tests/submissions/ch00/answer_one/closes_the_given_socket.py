# misconception: STR-43
# The socket belongs to whoever gave it.
def answer_one(sock: socket.socket) -> None:
    """Wait for one datagram on sock and send all its bytes, in capitals, back to its sender."""
    size = 65535
    with sock:
        data, sender = sock.recvfrom(size)
        sock.sendto(data.upper(), sender)
