# misconception: STR-41
# strip() takes blanks and line ends away that belong to the text.
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text as one datagram and return the number of bytes sent."""
    data = text.strip().encode(charset)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return sock.sendto(data, (host, port))
