# misconception: STR-26
# It answers the first 64 bytes and closes: the rest lies unread, so close() resets the connection.
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
                answered = 0
                while answered < 64 and not stop.is_set():
                    client.settimeout(0.1)
                    try:
                        data = client.recv(64 - answered)
                    except TimeoutError:
                        continue
                    if not data:
                        break
                    client.settimeout(None)
                    client.sendall(data.upper())
                    answered += len(data)
            except ConnectionError:
                continue
    return accepted
