# misconception: STR-27
def command_session(sock, allow, stop):
    parser, requests = FrameParser(65536), []
    while not stop.is_set():
        sock.settimeout(0.01 if requests else 0.1)
        try:
            data = sock.recv(65536)
        except TimeoutError:
            sock.settimeout(None)
            for request in requests:
                for payload in answer(request, allow):
                    send_frame(sock, payload)
            requests = []
            continue
        if not data:
            return  # the client has gone, so nobody waits for an answer
        requests += parser.feed(data)


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
