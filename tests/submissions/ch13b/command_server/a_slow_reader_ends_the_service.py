# misconception: STR-38
# The timeout is for recv; sendall has it, too, and what it raises is caught nowhere.
def command_server(listener, allow, stop):
    count = 0
    listener.settimeout(0.2)
    while not stop.is_set():
        try:
            client, _ = listener.accept()
        except TimeoutError:
            continue
        count += 1
        client.settimeout(0.2)
        parser = FrameParser(65536)
        with client:
            while not stop.is_set():
                try:
                    data = client.recv(1024)
                except TimeoutError:
                    continue
                except ConnectionError:
                    break
                if not data:
                    break
                try:
                    requests = parser.feed(data)
                except FrameError:
                    break
                for request in requests:
                    try:
                        for part in answer(request, allow):
                            send_frame(client, part)
                    except ConnectionError:
                        break
    return count
