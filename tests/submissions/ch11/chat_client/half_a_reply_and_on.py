# misconception: none
# Half a reply at the end is a reply to it, and the next line goes out.
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Send a line, wait for the reply, send the next; return the replies."""
    replies = []
    with sock.makefile("r", encoding="utf-8") as file:
        for line in lines:
            if line.strip() == "":
                continue
            sock.sendall(line.encode() + b"\n")
            reply = file.readline()
            if reply == "":
                break
            replies.append(reply.removesuffix("\n"))
    return replies
