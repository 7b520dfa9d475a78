# misconception: TXT-13
# latin-1 has a character for every byte, but str.upper() knows more letters than a to z.
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
                        text = client.recv(4096).decode("latin-1")
                    except TimeoutError:
                        continue
                    if not text:
                        break
                    client.settimeout(None)
                    client.sendall(text.upper().encode("latin-1", "replace"))
            except ConnectionError:
                continue
    return accepted
