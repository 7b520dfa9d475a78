# misconception: STR-34
# The client has its answers and waits for the end, which close() would send.
def upper_server(listener: socket.socket, stop: threading.Event) -> int:
    """Serve clients one after the other until stop is set; return how many were accepted."""
    clients = []
    listener.settimeout(0.1)
    while not stop.is_set():
        try:
            client, _ = listener.accept()
        except TimeoutError:
            continue
        clients.append(client)
        try:
            while not stop.is_set():
                client.settimeout(0.1)
                try:
                    data = client.recv(4096)
                except TimeoutError:
                    continue
                if not data:
                    client.shutdown(socket.SHUT_WR)
                    break
                client.settimeout(None)
                client.sendall(data.upper())
        except OSError:
            continue
    return len(clients)
