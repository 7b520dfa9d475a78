# misconception: UDP-16
# A client that goes on talking keeps it serving.
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
        with client:
            try:
                while True:
                    client.settimeout(0.1)
                    try:
                        data = client.recv(4096)
                    except TimeoutError:
                        if stop.is_set():
                            break
                        continue
                    if not data:
                        break
                    client.settimeout(None)
                    client.sendall(data.upper())
            except ConnectionError:
                continue
    return accepted
