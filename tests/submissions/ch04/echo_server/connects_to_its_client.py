# misconception: UDP-05, UDP-12
# A connected socket hears its one peer only: the kernel drops what others send.
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    sock.settimeout(0.1)
    answers = 0
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        sock.connect(client)
        sock.send(data)
        answers += 1
    return answers
