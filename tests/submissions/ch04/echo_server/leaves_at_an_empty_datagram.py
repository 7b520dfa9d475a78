# misconception: UDP-11
# It takes an empty datagram for the end, as an empty read is on TCP.
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    sock.settimeout(0.1)
    answers = 0
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        if not data:
            break
        sock.sendto(data, client)
        answers += 1
    return answers
