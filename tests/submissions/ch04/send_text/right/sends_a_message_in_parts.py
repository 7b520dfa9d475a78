# right: sendmsg() gathers the datagram from parts, and contextlib.closing closes
from contextlib import closing


def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    data = text.encode(encoding=charset)
    half = len(data) // 2
    address = (host, port)
    with closing(socket.socket(type=socket.SOCK_DGRAM)) as udp:
        udp.sendmsg([data[:half], data[half:]], [], 0, address)
        print("sent", data, "to", address)
    return len(data)
