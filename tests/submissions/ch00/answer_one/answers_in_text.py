# misconception: TXT-04
# It decodes the bytes, and hands text to sendto.
def answer_one(sock: socket.socket) -> None:
    """Wait for one datagram on sock and send all its bytes, in capitals, back to its sender."""
    size = 65535
    data, sender = sock.recvfrom(size)
    sock.sendto(data.decode().upper(), sender)
