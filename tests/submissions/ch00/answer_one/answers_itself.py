# misconception: UDP-05
# getsockname() is the address of this socket, not of whoever sent.
def answer_one(sock: socket.socket) -> None:
    """Wait for one datagram on sock and send all its bytes, in capitals, back to its sender."""
    size = 65535
    data, sender = sock.recvfrom(size)
    sock.sendto(data.upper(), sock.getsockname())
