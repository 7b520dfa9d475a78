# misconception: PRT-03
# socket.socket() without a type is a TCP socket, and nobody listens for TCP at that port.
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    with socket.socket() as sock:
        sock.connect((host, port))
        return sock.send(text.encode(charset))
