# misconception: TXT-01
# encode() without an argument is UTF-8: charset is never looked at.
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return sock.sendto(text.encode(), (host, port))
