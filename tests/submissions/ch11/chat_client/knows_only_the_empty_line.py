# misconception: none
# A line of blanks says nothing, either.
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Hold a conversation: send a line, wait for the reply, send the next. Return the replies."""
    replies, pending = [], b""
    for line in lines:
        if not line:
            continue
        sock.sendall(line.encode() + b"\n")
        while b"\n" not in pending:
            chunk = sock.recv(4096)
            if not chunk:
                return replies
            pending += chunk
        reply, _, pending = pending.partition(b"\n")
        replies.append(reply.decode())
    return replies
