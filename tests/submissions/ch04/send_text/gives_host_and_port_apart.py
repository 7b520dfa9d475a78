# misconception: UDP-01
# Host and port are two arguments instead of one tuple, so the host stands where flags belong.
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    data = text.encode(charset)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(data, host, port)
    return len(data)
