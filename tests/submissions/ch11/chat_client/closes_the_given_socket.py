# misconception: STR-43
# The conversation is over; what the caller does with sock is the caller's affair.
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Hold a conversation: send a line, wait for the reply, send the next. Return the replies."""
    replies = []
    with sock, sock.makefile("rb") as stream:
        for line in lines:
            if not line.strip():
                continue
            sock.sendall(line.encode() + b"\n")
            reply = stream.readline()
            if not reply:
                break
            replies.append(reply.decode().removesuffix("\n"))
    return replies
