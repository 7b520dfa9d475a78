# misconception: TXT-03
# str(bytes) is Python's way to show bytes: a b and quotes go out with the text.
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    message = str(text.encode(charset))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return sock.sendto(message.encode(), (host, port))
