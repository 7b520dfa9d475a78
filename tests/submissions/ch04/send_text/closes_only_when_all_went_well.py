# misconception: STR-34
# close() stands after sendto(): where sendto() raises, it is never reached.
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    data = text.encode(charset)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    count = sock.sendto(data, (host, port))
    sock.close()
    return count
