# misconception: TXT-02, TXT-13, TXT-03
# A chunk may end in the middle of a character; decode() then raises.
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
                while not stop.is_set():
                    client.settimeout(0.1)
                    try:
                        data = client.recv(4096)
                    except TimeoutError:
                        continue
                    if not data:
                        break
                    client.settimeout(None)
                    client.sendall(data.decode().upper().encode())
            except ConnectionError:
                continue
    return accepted
