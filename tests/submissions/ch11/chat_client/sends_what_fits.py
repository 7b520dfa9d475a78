# misconception: STR-02
# On a socket with a timeout a send may be short: the line break is in the rest.
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Hold a conversation: send a line, wait for the reply, send the next. Return the replies."""
    replies, pending = [], b""
    for line in lines:
        if not line.strip():
            continue
        sock.send(line.encode() + b"\n")
        while b"\n" not in pending:
            chunk = sock.recv(4096)
            if not chunk:
                return replies
            pending += chunk
        reply, _, pending = pending.partition(b"\n")
        replies.append(reply.decode())
    return replies
