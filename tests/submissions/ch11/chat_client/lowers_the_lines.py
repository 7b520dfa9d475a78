# misconception: none
# It compares the lines without regard to case, and sends what it compares.
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Hold a conversation: send a line, wait for the reply, send the next. Return the replies."""
    replies = []
    with sock.makefile("r", encoding="utf-8", newline="\n") as stream:
        for line in lines:
            if not line.strip():
                continue
            sock.sendall(f"{line.lower()}\n".encode())
            reply = stream.readline()
            if not reply.endswith("\n"):
                break
            replies.append(reply[:-1])
    return replies
