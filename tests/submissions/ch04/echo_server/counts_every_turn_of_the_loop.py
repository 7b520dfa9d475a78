# misconception: UDP-07
# It counts the turns of the loop, quiet ones too, instead of the answers.
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    sock.settimeout(0.1)
    answers = 0
    while not stop.is_set():
        answers += 1
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        sock.sendto(data, client)
    return answers
