# misconception: STR-02
# Under a timeout one send takes what fits and no more. (sendall is needed, and time for it.)
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
                    if not (data := client.recv(65536)):
                        break
                    client.send(data.upper())
                except TimeoutError:
                    continue
                except ConnectionError:
                    break
    return accepted
