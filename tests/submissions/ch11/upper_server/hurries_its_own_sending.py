# misconception: STR-38
# settimeout(0.1) is for recv, and rules sendall as well: what a slow client did not take is gone.
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
                    data = client.recv(4096)
                    if not data:
                        break
                    client.sendall(data.upper())
                except TimeoutError:
                    continue
                except ConnectionError:
                    break
    return accepted
