# misconception: STR-09
# The peer has finished; recv returns b"" for ever, and no line break will come.
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Hold a conversation: send a line, wait for the reply, send the next. Return the replies."""
    replies, pending = [], b""
    for line in lines:
        if not line.strip():
            continue
        sock.sendall(line.encode() + b"\n")
        while b"\n" not in pending:
            pending += sock.recv(4096)
        reply, _, pending = pending.partition(b"\n")
        replies.append(reply.decode())
    return replies
