# misconception: UDP-05
# The answer leaves from another port, where a careful client does not look for it.
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    sock.settimeout(0.1)
    answers = 0
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as answering:
            answering.sendto(data, client)
        answers += 1
    return answers
