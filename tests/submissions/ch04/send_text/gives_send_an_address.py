# misconception: UDP-02
# send() takes no address; only sendto() does.
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        return sock.send(text.encode(charset), host, port)
    finally:
        sock.close()
