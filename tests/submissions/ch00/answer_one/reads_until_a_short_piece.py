# misconception: none
# The rest of the datagram is gone, and the next recvfrom waits for another one.
def answer_one(sock: socket.socket) -> None:
    """Send all bytes of one datagram back to its sender, in capitals."""
    size = 8
    answer = b""
    while True:
        data, sender = sock.recvfrom(size)  # at most size bytes of it
        answer += data
        if len(data) < size:
            break
    sock.sendto(answer.upper(), sender)
