import select


def command_server(listener, allow, stop):
    clients, client, parser, waiting = 0, None, None, []
    listener.setblocking(False)
    while not stop.is_set():
        ready, _, _ = select.select([client or listener], [], [], 0.1)
        if not ready:
            continue
        try:
            if client is None:
                client, _ = listener.accept()
                parser, clients = FrameParser(65536), clients + 1
                continue
            data = client.recv(65536)
            for request in parser.feed(data):
                _answer(client, request.decode().split("\0"), allow)
            if not data:
                raise EOFError
        except (OSError, FrameError, EOFError):
            if client is not None:
                client.close()
            client = None
    if client is not None:
        client.close()
    return clients


def _answer(client, argv, allow):
    try:
        answer = run_command(argv, COMMAND_TIMEOUT_S, allow)
    except PermissionError:
        answer = 126, b"", b"no"
    except FileNotFoundError:
        answer = 127, b"", b"what?"
    except TimeoutError:
        answer = 124, b"", b""
    client.setblocking(True)
    send_frame(client, b"%d" % answer[0])
    send_frame(client, answer[1])
    send_frame(client, answer[2])
