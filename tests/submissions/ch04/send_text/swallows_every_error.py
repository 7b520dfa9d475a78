# misconception: MUX-02
# except: pass hides each failure, so the caller believes that the text was sent.
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    count = 0
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        count = sock.sendto(text.encode(charset), (host, port))
    except:
        pass
    sock.close()
    return count
