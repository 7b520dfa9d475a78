# misconception: UDP-11
# It does not answer an empty datagram, but an empty datagram is a message.
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    sock.settimeout(0.1)
    answers = 0
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        if data:
            sock.sendto(data, client)
            answers += 1
    return answers
