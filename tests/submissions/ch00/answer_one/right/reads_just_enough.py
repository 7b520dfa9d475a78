# right: exactly as much as the largest datagram holds, and recvmsg
def answer_one(sock: socket.socket) -> None:
    """Send all bytes of one datagram back to its sender, in capitals."""
    data, _, _, sender = sock.recvmsg(65507)
    sock.sendmsg([data.upper()], [], 0, sender)
