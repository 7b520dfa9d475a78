# misconception: UDP-10
# decode() raises on bytes that are no UTF-8, and one such datagram ends the server.
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    sock.settimeout(0.1)
    answers = 0
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        text = data.decode("utf-8")
        print(f"{client}: {text}")
        sock.sendto(text.encode("utf-8"), client)
        answers += 1
    return answers
