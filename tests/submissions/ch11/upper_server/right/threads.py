# right: a thread for every client, which is more than was asked
def upper_server(listener: socket.socket, stop: threading.Event) -> int:
    """Serve clients one after the other until stop is set; return how many were accepted."""
    threads = []
    listener.settimeout(0.1)
    while not stop.is_set():
        try:
            client, _ = listener.accept()
        except TimeoutError:
            continue
        threads.append(threading.Thread(target=serve_one, args=(client, stop), daemon=True))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return len(threads)


def serve_one(client, stop):
    with client:
        while not stop.is_set():
            try:
                client.settimeout(0.1)
                data = client.recv(65536)
                if not data:
                    return
                client.settimeout(None)
                client.sendall(data.upper())
            except TimeoutError:
                continue
            except OSError:
                return
