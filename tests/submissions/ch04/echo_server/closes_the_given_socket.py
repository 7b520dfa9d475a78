# misconception: STR-43
# with sock: closes the caller's socket when the server stops.
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    answers = 0
    with sock:
        sock.settimeout(0.1)
        while not stop.is_set():
            try:
                data, client = sock.recvfrom(65507)
            except TimeoutError:
                continue
            sock.sendto(data, client)
            answers += 1
    return answers
