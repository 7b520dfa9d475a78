# misconception: TXT-16
# errors="replace" hides that charset cannot express the text: question marks go out.
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    data = text.encode(charset, errors="replace")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return sock.sendto(data, (host, port))
