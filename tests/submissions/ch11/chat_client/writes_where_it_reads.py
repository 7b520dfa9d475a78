# misconception: STR-08
# One text file for both directions: a write drops what it has read ahead.
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Hold a conversation: send a line, wait for the reply, send the next. Return the replies."""
    replies = []
    with sock.makefile("rw", encoding="utf-8", newline="\n") as stream:
        for line in lines:
            if not line.strip():
                continue
            print(line, file=stream, flush=True)
            reply = stream.readline()
            if not reply.endswith("\n"):
                break
            replies.append(reply[:-1])
    return replies
