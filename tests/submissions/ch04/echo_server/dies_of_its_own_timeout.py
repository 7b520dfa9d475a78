# misconception: UDP-22
# Nobody catches the TimeoutError of a quiet tenth of a second.
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    sock.settimeout(0.1)
    answers = 0
    while not stop.is_set():
        data, client = sock.recvfrom(65507)
        sock.sendto(data, client)
        answers += 1
    return answers
