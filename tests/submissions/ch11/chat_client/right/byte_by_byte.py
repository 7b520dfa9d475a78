# right: one byte at a time needs no rest; half a reply at the end is kept
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Hold a conversation: send a line, wait for the reply, send the next. Return the replies."""
    replies = []
    for line in lines:
        if line.strip() == "":
            continue
        sock.sendall(f"{line}\n".encode())
        reply = bytearray()
        while (byte := sock.recv(1)) not in (b"", b"\n"):
            reply += byte
        if byte or reply:
            replies.append(reply.decode())
        if not byte:
            break
    return replies
