# misconception: STR-28
# Who resets was accepted, too; here only those are counted that say goodbye.
def upper_server(listener: socket.socket, stop: threading.Event) -> int:
    """Serve clients one after the other until stop is set; return how many were accepted."""
    served = 0
    listener.settimeout(0.1)
    while not stop.is_set():
        try:
            client, _ = listener.accept()
        except TimeoutError:
            continue
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
                served += 1
            except ConnectionError:
                continue
    return served
