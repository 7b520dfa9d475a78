# misconception: STR-01, TXT-02
# One recv may bring half a reply, or two of them.
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Hold a conversation: send a line, wait for the reply, send the next. Return the replies."""
    replies = []
    for line in lines:
        if not line.strip():
            continue
        sock.sendall(line.encode() + b"\n")
        data = sock.recv(1024)
        if not data:
            break
        replies.append(data.decode().removesuffix("\n"))
    return replies
