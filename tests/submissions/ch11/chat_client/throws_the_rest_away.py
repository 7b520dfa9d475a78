# misconception: STR-08
# What came behind the line break was the reply to the next line.
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Hold a conversation: send a line, wait for the reply, send the next. Return the replies."""
    replies = []
    for line in lines:
        if not line.strip():
            continue
        sock.sendall(line.encode() + b"\n")
        data = b""
        while b"\n" not in data:
            chunk = sock.recv(4096)
            if not chunk:
                return replies
            data += chunk
        replies.append(data.partition(b"\n")[0].decode())
    return replies
