# misconception: TCP-24
# On a stream a line without its line break has not ended: the other side waits for the rest.
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Hold a conversation: send a line, wait for the reply, send the next. Return the replies."""
    replies, pending = [], b""
    for line in lines:
        if not line.strip():
            continue
        sock.sendall(line.encode())
        while b"\n" not in pending:
            chunk = sock.recv(4096)
            if not chunk:
                return replies
            pending += chunk
        reply, _, pending = pending.partition(b"\n")
        replies.append(reply.decode())
    return replies
