# misconception: UDP-16
# It looks at stop after a timeout only: while clients keep sending, it never stops.
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    sock.settimeout(0.1)
    answers = 0
    while True:
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            if stop.is_set():
                return answers
        else:
            sock.sendto(data, client)
            answers += 1
