# right: exactly as much as the largest datagram holds, and recvmsg
def answer_one(sock: socket.socket) -> None:
    """Wait for one datagram on sock and send all its bytes, in capitals, back to its sender."""
    data, _, _, sender = sock.recvmsg(65507)
    sock.sendmsg([bytes(data).upper()], [], 0, sender)
