# right: after stop it answers what is still unread, which is neither required nor forbidden
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    answers = 0
    while True:
        last = stop.is_set()
        sock.settimeout(0.001 if last else 0.1)
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            if last:
                return answers
            continue
        sock.sendto(data, client)
        answers += 1
        if last and answers % 100 == 0:
            return answers
