# misconception: STR-38
# The TimeoutError of sendall is taken for a client that has gone.
def upper_server(listener: socket.socket, stop: threading.Event) -> int:
    """Serve clients one after the other until stop is set; return how many were accepted."""
    accepted = 0
    listener.settimeout(0.1)
    while not stop.is_set():
        try:
            client, _ = listener.accept()
        except TimeoutError:
            continue
        accepted += 1
        client.settimeout(0.1)
        with client:
            while not stop.is_set():
                try:
                    data = client.recv(65536)
                except TimeoutError:
                    continue
                except ConnectionError:
                    break
                if not data:
                    break
                try:
                    client.sendall(data.upper())
                except OSError:
                    break
    return accepted
