# misconception: UDP-05
# It remembers the first client and answers that one for ever.
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    sock.settimeout(0.1)
    client = None
    answers = 0
    while not stop.is_set():
        try:
            data, source = sock.recvfrom(65507)
        except TimeoutError:
            continue
        if client is None:
            client = source
        sock.sendto(data, client)
        answers += 1
    return answers
