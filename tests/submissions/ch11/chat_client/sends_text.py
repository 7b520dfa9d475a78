# misconception: TXT-04
# sendall takes bytes.
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Hold a conversation: send a line, wait for the reply, send the next. Return the replies."""
    replies = []
    stream = sock.makefile("r", encoding="utf-8", newline="\n")
    for line in lines:
        if not line.strip():
            continue
        sock.sendall(line + "\n")
        reply = stream.readline()
        if not reply:
            break
        replies.append(reply.removesuffix("\n"))
    return replies
