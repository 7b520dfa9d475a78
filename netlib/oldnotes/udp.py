"""The UDP programs of the classroom notes: an echo server for text, and a client without a timeout.

They are typed anew, with the same calls in the same order; do not learn from them. Chapter 04
shows what becomes of them: the client in `attempt` only, because it may wait for ever.
"""

import socket
import threading

__all__ = ["ask", "echo"]


def echo(sock: socket.socket, stop: threading.Event) -> None:
    """Send every text back to its sender, until stop is set or a datagram is no GBK.

    The notes bind ("", 7788) themselves, and know no stop.

    Raises:
        UnicodeDecodeError: somebody sent other bytes.
    """
    sock.settimeout(0.1)  # for stop
    while not stop.is_set():
        try:
            received = sock.recvfrom(1024)
        except TimeoutError:
            continue
        text = received[0].decode("gbk")
        answer = f"echo: {text}".encode("gbk")
        sock.sendto(answer, received[1])


def ask(host: str, port: int, text: str) -> str:
    """Send text to (host, port) and return the first datagram that comes, read as GBK.

    The notes have one host, port and text, and print the answer.
    """
    udp_socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    target = host, port
    data = text.encode("utf-8")
    udp_socket.sendto(data, target)
    received = udp_socket.recvfrom(1024)
    answer = received[0].decode("gbk")
    udp_socket.close()
    return answer
