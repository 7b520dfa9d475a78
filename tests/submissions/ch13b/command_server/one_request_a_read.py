# misconception: STR-08, STR-25
def command_session(sock, allow, stop):
    data = b""
    while not stop.is_set():
        sock.settimeout(0.1)
        try:
            chunk = sock.recv(65536)
        except TimeoutError:
            continue
        if not chunk:
            return
        data += chunk
        if len(data) > 4 and int.from_bytes(data[:4], "big") > 65536:
            raise FrameError(data[:4])
        if len(data) < 4 or len(data) < 4 + int.from_bytes(data[:4], "big"):
            continue
        sock.settimeout(None)
        for payload in answer(data[4 : 4 + int.from_bytes(data[:4], "big")], allow):
            send_frame(sock, payload)
        data = b""


def command_server(listener, allow, stop):
    listener.settimeout(0.1)
    clients = 0
    while not stop.is_set():
        try:
            sock, _ = listener.accept()
        except TimeoutError:
            continue
        clients += 1
        with sock, contextlib.suppress(OSError, FrameError):
            command_session(sock, allow, stop)
    return clients
