# misconception: none
# An argument that is empty is none, it thinks.
def respond(request, allow):
    try:
        code, out, err = run_command(
            [part for part in request.decode().split("\0") if part], COMMAND_TIMEOUT_S, allow
        )
    except PermissionError as error:
        code, out, err = 126, b"", str(error).encode()
    except FileNotFoundError as error:
        code, out, err = 127, b"", str(error).encode()
    except TimeoutError as error:
        code, out, err = 124, b"", str(error).encode()
    return str(code).encode(), out, err


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
            for payload in respond(request, allow):
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
        with sock, contextlib.suppress(OSError, ValueError):
            command_session(sock, allow, stop)
    return clients
