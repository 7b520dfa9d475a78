# right: a generator of lines, and the exercise of sending
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Hold a conversation: send a line, wait for the reply, send the next. Return the replies."""
    incoming = whole_lines(sock)
    replies = []
    for line in filter(str.strip, lines):
        send_all(sock, line.encode("utf-8") + b"\n")
        try:
            replies.append(next(incoming).decode("utf-8"))
        except StopIteration:
            break
    return replies


def whole_lines(sock):
    pending = b""
    while chunk := sock.recv(10):
        *whole, pending = (pending + chunk).split(b"\n")
        yield from whole
