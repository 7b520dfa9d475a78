# misconception: STR-08, STR-09
# A file reads ahead; what it holds is lost with it.
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Hold a conversation: send a line, wait for the reply, send the next. Return the replies."""
    replies = []
    for line in lines:
        if not line.strip():
            continue
        sock.sendall(line.encode() + b"\n")
        with sock.makefile("r", encoding="utf-8", newline="\n") as stream:
            reply = stream.readline()
        if not reply:
            break
        replies.append(reply.removesuffix("\n"))
    return replies
