# misconception: STR-11
# It waits for the end of the stream, while the client waits for an answer.
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
        said = b""
        with client:
            try:
                while not stop.is_set():
                    client.settimeout(0.1)
                    try:
                        data = client.recv(4096)
                    except TimeoutError:
                        continue
                    if not data:
                        client.settimeout(None)
                        client.sendall(said.upper())
                        break
                    said += data
            except ConnectionError:
                continue
    return accepted
