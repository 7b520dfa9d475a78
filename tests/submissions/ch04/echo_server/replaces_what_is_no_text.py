# misconception: TXT-03
# errors="replace" keeps the server alive, but what it sends is not what came.
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    sock.settimeout(0.1)
    answers = 0
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        text = data.decode("utf-8", errors="replace")
        sock.sendto(text.encode("utf-8"), client)
        answers += 1
    return answers
