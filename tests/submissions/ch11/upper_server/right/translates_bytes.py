# right: a table for the bytes, and sends that are continued
TABLE = bytes(range(97)) + bytes(range(65, 91)) + bytes(range(123, 256))


def upper_server(listener: socket.socket, stop: threading.Event) -> int:
    """Serve clients one after the other until stop is set; return how many were accepted."""
    accepted = 0
    while not stop.is_set():
        listener.settimeout(0.2)
        try:
            client, address = listener.accept()
        except socket.timeout:
            continue
        accepted += 1
        try:
            answer(client, stop)
        except ConnectionResetError:
            print("reset by", address)
        except BrokenPipeError:
            print("gone:", address)
        finally:
            client.close()
    return accepted


def answer(client, stop):
    while not stop.is_set():
        client.settimeout(0.2)
        try:
            data = client.recv(1)
        except TimeoutError:
            continue
        if data == b"":
            return
        client.settimeout(None)
        data += more(client)
        data = data.translate(TABLE)
        while data:
            data = data[client.send(data) :]


def more(client):
    try:
        return client.recv(8192, socket.MSG_DONTWAIT)
    except BlockingIOError:
        return b""
