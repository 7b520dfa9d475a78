# misconception: STR-27
# The client has finished sending; it is still there, and waits for its answers.
import select


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
            poller = select.poll()
            poller.register(client, select.POLLIN | select.POLLRDHUP)
            try:
                while not stop.is_set():
                    happened = dict(poller.poll(100)).get(client.fileno(), 0)
                    if happened & select.POLLRDHUP:
                        break
                    if happened:
                        client.sendall(client.recv(4096).upper())
            except ConnectionError:
                continue
    return accepted
