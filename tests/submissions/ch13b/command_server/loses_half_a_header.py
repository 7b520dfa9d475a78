# misconception: STR-37
def command_session(sock, allow, stop):
    sock.settimeout(0.1)
    parser = FrameParser(65536)
    while not stop.is_set():
        try:
            data = sock.recv(65536)
        except TimeoutError:
            parser = FrameParser(65536)  # what it had read of the header is gone
            continue
        if not data:
            return
        sock.settimeout(None)
        for request in parser.feed(data):
            for payload in answer(request, allow):
                send_frame(sock, payload)
        sock.settimeout(0.1)


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
