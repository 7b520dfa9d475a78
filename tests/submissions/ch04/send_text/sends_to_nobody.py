# misconception: UDP-02
# It uses send() on a socket that was never connected, so the kernel does not know where to.
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return sock.send(text.encode(charset))
