# misconception: STR-11
# A conversation is taking turns: the second line may depend on the first reply.
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Hold a conversation: send a line, wait for the reply, send the next. Return the replies."""
    said = [line for line in lines if line.strip()]
    sock.sendall("".join(f"{line}\n" for line in said).encode())
    pending = b""
    while pending.count(b"\n") < len(said) and (chunk := sock.recv(4096)):
        pending += chunk
    return [reply.decode() for reply in pending.split(b"\n")[:-1]]
