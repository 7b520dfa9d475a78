# misconception: CON-04, UDP-16
# It looks at stop between two clients; a client that stays keeps it waiting for ever.
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
            client.settimeout(None)
            try:
                while data := client.recv(4096):
                    client.sendall(data.upper())
            except ConnectionError:
                continue
    return accepted
