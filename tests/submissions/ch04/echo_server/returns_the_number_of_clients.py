# misconception: none
# len(clients) is the number of those who asked, not of answers.
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    sock.settimeout(0.1)
    clients = set()
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        clients.add(client)
        sock.sendto(data, client)
    return len(clients)
