# misconception: UDP-11
# It takes an empty text for nothing to send, but an empty datagram is a message.
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    if not text:
        return 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return sock.sendto(text.encode(charset), (host, port))
