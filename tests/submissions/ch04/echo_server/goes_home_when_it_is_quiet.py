# misconception: UDP-22
# It takes a tenth of a second of silence for the end; only stop is the end.
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    sock.settimeout(0.1)
    answers = 0
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
            sock.sendto(data, client)
            answers += 1
        except TimeoutError:
            break
    return answers
