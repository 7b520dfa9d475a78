# misconception: TXT-10
# The constant is AF_INET, not AF_INIT.
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    sock = socket.socket(socket.AF_INIT, socket.SOCK_DGRAM)
    count = sock.sendto(text.encode(charset), (host, port))
    sock.close()
    return count
