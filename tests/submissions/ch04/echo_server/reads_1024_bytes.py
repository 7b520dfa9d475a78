# misconception: UDP-06
# recvfrom(1024) throws away the rest of a larger datagram, so the echo is cut.
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    sock.settimeout(0.1)
    answers = 0
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(1024)
        except TimeoutError:
            continue
        sock.sendto(data, client)
        answers += 1
    return answers
