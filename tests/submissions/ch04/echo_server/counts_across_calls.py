# misconception: none
# A global counter goes on where the last call ended: its number is not this call's.
ANSWERS = 0


def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    global ANSWERS
    sock.settimeout(0.1)
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        sock.sendto(data, client)
        ANSWERS += 1
    return ANSWERS
