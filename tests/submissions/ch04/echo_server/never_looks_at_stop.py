# misconception: UDP-16
# recvfrom() without a timeout waits for a datagram, and stop is not looked at meanwhile.
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    answers = 0
    while not stop.is_set():
        data, client = sock.recvfrom(65507)
        sock.sendto(data, client)
        answers += 1
    return answers
