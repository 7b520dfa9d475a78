# misconception: UDP-22, UDP-16
# A client that says nothing for a while has not left.
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
                client.settimeout(0.1)
                while data := client.recv(4096):
                    client.settimeout(None)
                    client.sendall(data.upper())
                    client.settimeout(0.1)
            except OSError:
                continue
    return accepted
