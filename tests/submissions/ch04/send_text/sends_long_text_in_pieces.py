# misconception: UDP-11
# It sends 1024 bytes at a time, so one text becomes many datagrams.
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    data = text.encode(charset)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sent = sock.sendto(data[:1024], (host, port))
        while sent < len(data):
            sent += sock.sendto(data[sent : sent + 1024], (host, port))
    return sent
