# right: measures first
def serve_relay(sock, relay, stop):
    came = 0
    sock.settimeout(0.2)
    while not stop.is_set():
        try:
            data, address = sock.recvfrom(65507)
        except socket.timeout:
            continue
        came = came + 1
        for answer, to in relay.feed(data, address):
            if len(answer) > 65507:
                continue
            try:
                sock.sendto(answer, to)
            except PermissionError:
                pass
    return came
