# misconception: UDP-16
# A client that never pauses keeps it going for ever.
def command_server(listener, allow, stop):
    listener.settimeout(0.1)
    count = 0
    while not stop.is_set():
        try:
            sock, _ = listener.accept()
        except TimeoutError:
            continue
        count += 1
        parser = FrameParser(65536)
        with sock, contextlib.suppress(OSError, FrameError):
            while True:
                sock.settimeout(0.1)
                try:
                    data = sock.recv(65536)
                except TimeoutError:
                    if stop.is_set():
                        break
                    continue
                if not data:
                    break
                sock.settimeout(None)
                for request in parser.feed(data):
                    for payload in answer(request, allow):
                        send_frame(sock, payload)
    return count
