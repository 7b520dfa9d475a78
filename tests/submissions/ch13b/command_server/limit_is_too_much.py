# misconception: none
def command_session(sock, allow, stop):
    parser = FrameParser(65536)
    while not stop.is_set():
        sock.settimeout(0.1)
        try:
            data = sock.recv(65536)
        except TimeoutError:
            continue
        if not data:
            return
        sock.settimeout(None)
        for request in parser.feed(data):
            if len(request) >= 65536:
                return
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
