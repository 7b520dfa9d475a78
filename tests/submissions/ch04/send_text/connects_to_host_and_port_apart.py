# misconception: UDP-01
# connect, too, takes the address as one tuple.
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(host, port)
        return sock.send(text.encode(charset))
