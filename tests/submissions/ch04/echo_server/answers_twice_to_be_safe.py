# misconception: UDP-07
# It sends each answer twice against loss: the second copy passes for the next answer.
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    sock.settimeout(0.1)
    answers = 0
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        for _ in range(2):
            sock.sendto(data, client)
        answers += 1
    return answers
