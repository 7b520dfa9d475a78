# misconception: UDP-11
# "if data" answers an empty datagram and does not count it: zero bytes are an answer, too.
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    sock.settimeout(0.1)
    answers = 0
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        sock.sendto(data, client)
        if data:
            answers += 1
    return answers
