# right: a selector waits, and the socket does not block
import selectors


def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    sock.setblocking(False)
    count = 0
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        while not stop.is_set():
            for _ in selector.select(timeout=0.2):
                try:
                    data, client = sock.recvfrom(65536)
                    sock.sendto(data, client)
                except BlockingIOError:
                    continue
                count += 1
    return count
