# misconception: UDP-25
def serve_relay(sock, relay, stop):
    sock.settimeout(0.1)
    count = 0
    while not stop.is_set():
        try:
            data, address = sock.recvfrom(65507)
        except TimeoutError:
            continue
        count += 1
        for answer, to in relay.feed(data, address):
            try:
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                    out.sendto(answer, to)
            except OSError:
                continue
    return count
