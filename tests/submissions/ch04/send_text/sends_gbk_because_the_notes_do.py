# misconception: TXT-01
# It encodes in GBK, as the tools of the notes do, whatever charset says.
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    udp_socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        return udp_socket.sendto(text.encode("gbk"), (host, port))
    finally:
        udp_socket.close()
