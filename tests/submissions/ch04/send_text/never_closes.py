# misconception: STR-34
# Nobody closes the socket.
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    return sock.sendto(text.encode(charset), (host, port))
