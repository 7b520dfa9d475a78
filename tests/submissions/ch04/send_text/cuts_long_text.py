# misconception: UDP-08
# It silently drops what goes beyond 65,507 bytes instead of letting the caller know.
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    data = text.encode(charset)[:65507]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return sock.sendto(data, (host, port))
