# misconception: STR-34
# The sockets wait in a list for a next time that never takes them.
kept = []


def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    kept.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    return kept[-1].sendto(text.encode(charset), (host, port))
