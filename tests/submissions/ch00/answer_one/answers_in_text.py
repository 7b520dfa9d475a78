# misconception: TXT-04
# It decodes the bytes, and hands text to sendto.
def answer_one(sock: socket.socket) -> None:
    """Send all bytes of one datagram back to its sender, in capitals."""
    size = 65535
    data, sender = sock.recvfrom(size)
    sock.sendto(data.decode().upper(), sender)
