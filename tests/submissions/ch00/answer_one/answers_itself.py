# misconception: UDP-05
# getsockname() is the address of this socket, not of whoever sent.
def answer_one(sock: socket.socket) -> None:
    """Send all bytes of one datagram back to its sender, in capitals."""
    size = 65535
    data, sender = sock.recvfrom(size)
    sock.sendto(data.upper(), sock.getsockname())
