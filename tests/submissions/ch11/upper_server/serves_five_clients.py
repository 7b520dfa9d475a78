# misconception: TCP-02
# "listen(5) allows five clients": the backlog counts those who wait, not those who were served.
def upper_server(listener: socket.socket, stop: threading.Event) -> int:
    """Serve clients one after the other until stop is set; return how many were accepted."""
    accepted = 0
    listener.listen(5)
    listener.settimeout(0.1)
    while not stop.is_set() and accepted < 5:
        try:
            client, _ = listener.accept()
        except TimeoutError:
            continue
        accepted += 1
        with client:
            try:
                while not stop.is_set():
                    client.settimeout(0.1)
                    try:
                        data = client.recv(4096)
                    except TimeoutError:
                        continue
                    if not data:
                        break
                    client.settimeout(None)
                    client.sendall(data.upper())
            except ConnectionError:
                continue
    return accepted
