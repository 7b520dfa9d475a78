# misconception: UDP-20
# It returns the number of characters; 你 is one character and two or three bytes.
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(text.encode(charset), (host, port))
    return len(text)
