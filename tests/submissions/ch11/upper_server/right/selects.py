# right: a selector waits for the listener and for the one client
import selectors


def upper_server(listener: socket.socket, stop: threading.Event) -> int:
    """Serve clients one after the other until stop is set; return how many were accepted."""
    accepted = 0
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while not stop.is_set():
            if not selector.select(timeout=0.1):
                continue
            client, _ = listener.accept()
            accepted += 1
            with client, selectors.DefaultSelector() as waiting:
                waiting.register(client, selectors.EVENT_READ)
                try:
                    while not stop.is_set():
                        if waiting.select(timeout=0.1):
                            data = client.recv(100_000)
                            if not data:
                                break
                            client.sendall(data.upper())
                except OSError as error:
                    print(error)
    return accepted
