# misconception: STR-41, STR-09
# str.splitlines() knows ten line breaks; here one byte ends a reply.
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Hold a conversation: send a line, wait for the reply, send the next. Return the replies."""
    replies, waiting, pending = [], [], ""
    stream = sock.makefile("rb")
    for line in lines:
        if not line.strip():
            continue
        sock.sendall(line.encode() + b"\n")
        if not waiting:
            waiting = stream.readline().decode().splitlines()
        if not waiting:
            break
        replies.append(waiting.pop(0))
    return replies
