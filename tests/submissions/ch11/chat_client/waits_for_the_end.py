# misconception: STR-11
# The last reply is not the end of the stream, and the peer need not finish.
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Hold a conversation: send a line, wait for the reply, send the next. Return the replies."""
    replies = []
    stream = sock.makefile("rb")
    for line in lines:
        if not line.strip():
            continue
        sock.sendall(line.encode() + b"\n")
        if not (reply := stream.readline()):
            return replies
        replies.append(reply[:-1].decode())
    return replies + [reply[:-1].decode() for reply in stream]
