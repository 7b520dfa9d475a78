# misconception: TXT-02
def command_session(sock, allow, stop):
    data = ""
    while not stop.is_set():
        sock.settimeout(0.1)
        try:
            chunk = sock.recv(70000)
        except TimeoutError:
            continue
        if not chunk:
            return
        data += chunk.decode(errors="replace")
        sock.settimeout(None)
        while len(data.encode()) >= 4:
            size = int.from_bytes(data.encode()[:4], "big")
            if size > 65536:
                raise FrameError(size)
            if len(data.encode()) < 4 + size:
                break
            request, data = data.encode()[4 : 4 + size], data.encode()[4 + size :].decode()
            for payload in answer(request, allow):
                send_frame(sock, payload)


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
