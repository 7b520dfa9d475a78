# misconception: STR-29
# It ends its own direction, too, and whoever has reset meanwhile has no end any more.
def upper_server(listener: socket.socket, stop: threading.Event) -> int:
    """Serve clients one after the other until stop is set; return how many were accepted."""
    accepted = 0
    listener.settimeout(0.2)
    while not stop.is_set():
        try:
            client, _ = listener.accept()
        except TimeoutError:
            continue
        accepted += 1
        with client:
            try:
                answer(client, stop)
                client.shutdown(socket.SHUT_WR)
            except ConnectionError:
                continue
    return accepted


def answer(client, stop):
    while not stop.is_set():
        client.settimeout(0.2)
        try:
            data = client.recv(65536)
        except TimeoutError:
            continue
        if not data:
            return
        client.settimeout(None)
        client.sendall(data.upper())
