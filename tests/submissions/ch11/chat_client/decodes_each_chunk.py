# misconception: TXT-02
# The line break is waited for, but every chunk is decoded by itself.
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Hold a conversation: send a line, wait for the reply, send the next. Return the replies."""
    replies, pending = [], ""
    for line in lines:
        if not line.strip():
            continue
        sock.sendall(line.encode() + b"\n")
        while "\n" not in pending:
            chunk = sock.recv(4096)
            if not chunk:
                return replies
            pending += chunk.decode()
        reply, _, pending = pending.partition("\n")
        replies.append(reply)
    return replies
